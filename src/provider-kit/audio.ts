/** Telephony audio: 8 kHz, mono, G.711, in frames of 20 ms (160 bytes). */

export type AudioEncoding = 'mulaw' | 'alaw'

export type AudioFormat = {
  encoding: AudioEncoding
  /** Samples per second. Both carriers speak 8,000. */
  sampleRate: 8000
}

/** One telephony frame: 20 ms. */
export const FRAME_MS = 20
/** Bytes of one 20 ms frame of 8 kHz G.711. */
export const FRAME_BYTES = 160
/** Bytes of one millisecond of 8 kHz G.711. */
export const BYTES_PER_MS = 8

/** The byte that decodes to (near) zero amplitude. */
export const SILENCE_BYTE: Record<AudioEncoding, number> = { mulaw: 0xff, alaw: 0xd5 }

/** Decodes one mu-law byte to a 16-bit linear sample (ITU-T G.711). */
export function decodeMulaw(byte: number): number {
  const inverted = ~byte & 0xff
  const magnitude = (((inverted & 0x0f) << 3) + 0x84) << ((inverted & 0x70) >> 4)
  return inverted & 0x80 ? 0x84 - magnitude : magnitude - 0x84
}

/** Encodes a 16-bit linear sample as one mu-law byte (ITU-T G.711). */
export function encodeMulaw(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0
  const magnitude = Math.min(Math.abs(sample), 32635) + 0x84
  const exponent = 31 - Math.clz32(magnitude >> 7)
  const mantissa = (magnitude >> (exponent + 3)) & 0x0f
  return ~(sign | (exponent << 4) | mantissa) & 0xff
}

/** Decodes one A-law byte to a 16-bit linear sample (ITU-T G.711). */
export function decodeAlaw(byte: number): number {
  const toggled = byte ^ 0x55
  const exponent = (toggled & 0x70) >> 4
  const mantissa = (toggled & 0x0f) << 4
  const magnitude = exponent === 0 ? mantissa + 8 : (mantissa + 0x108) << (exponent - 1)
  return toggled & 0x80 ? magnitude : -magnitude
}

/** Encodes a 16-bit linear sample as one A-law byte (ITU-T G.711). */
export function encodeAlaw(sample: number): number {
  const positive = sample >= 0
  const magnitude = Math.min(positive ? sample : -sample - 1, 32767) >> 3
  const exponent = magnitude < 32 ? 0 : 31 - Math.clz32(magnitude >> 4)
  const mantissa = exponent === 0 ? (magnitude >> 1) & 0x0f : (magnitude >> exponent) & 0x0f
  return ((positive ? 0x80 : 0) | (exponent << 4) | mantissa) ^ 0x55
}

const tableOf = (convert: (byte: number) => number) => Uint8Array.from({ length: 256 }, (_, byte) => convert(byte))
const MULAW_TO_ALAW = tableOf((byte) => encodeAlaw(decodeMulaw(byte)))
const ALAW_TO_MULAW = tableOf((byte) => encodeMulaw(decodeAlaw(byte)))

/**
 * Converts G.711 audio between its two laws; the same buffer comes back where they are equal.
 * @param audio headerless 8 kHz G.711 bytes
 */
export function transcode({
  audio,
  from,
  to,
}: {
  audio: Uint8Array
  from: AudioEncoding
  to: AudioEncoding
}): Uint8Array {
  if (from === to) return audio
  const table = from === 'mulaw' ? MULAW_TO_ALAW : ALAW_TO_MULAW
  const converted = Buffer.allocUnsafe(audio.length)
  for (let index = 0; index < audio.length; index++) converted[index] = table[audio[index] as number] as number
  return converted
}
