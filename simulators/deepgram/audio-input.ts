import type { AudioEncoding } from '../../src/provider-kit/audio.ts'
import { encodeMulaw } from '../../src/provider-kit/audio.ts'

/** Audio of a stream brought to what the recogniser takes. */
export type AudioInput = {
  /** The law of what `convert` returns. */
  encoding: AudioEncoding
  /** @returns 8 kHz G.711 */
  convert(audio: Buffer): Uint8Array
}

/**
 * Reads audio as the client declared it, so that a wrong declaration garbles it.
 * @returns undefined for a codec that is not decoded here, which is answered like undecodable audio
 */
export function createAudioInput(query: URLSearchParams): AudioInput | undefined {
  const encoding = query.get('encoding')
  const step = Number(query.get('sample_rate') ?? 0) / 8000
  if (step <= 0) return undefined
  if (encoding === 'mulaw' || encoding === 'alaw') return { encoding, convert: (audio) => pick(audio, step) }
  if (encoding !== 'linear16') return undefined
  return { encoding: 'mulaw', convert: (audio) => pick(compress(audio), step) }
}

const compress = (audio: Buffer): Uint8Array =>
  Uint8Array.from({ length: Math.floor(audio.length / 2) }, (_, index) => encodeMulaw(audio.readInt16LE(index * 2)))

/** Brings any rate to 8 kHz by the nearest sample. */
const pick = (audio: Uint8Array, step: number): Uint8Array =>
  step === 1
    ? audio
    : Uint8Array.from({ length: Math.floor(audio.length / step) }, (_, index) => audio[Math.floor(index * step)] ?? 0)
