import type { AudioEncoding } from '../provider-kit/index.ts'

/** RIFF + `fmt ` with the extension size that non-PCM formats carry + `fact` + `data`. */
export const WAV_HEADER_BYTES = 58

/** WAVE_FORMAT_ALAW and WAVE_FORMAT_MULAW, https://www.rfc-editor.org/rfc/rfc2361 */
const FORMAT_TAG: Record<AudioEncoding, number> = { alaw: 6, mulaw: 7 }
const CHANNELS = 2
const SAMPLE_RATE = 8_000
/** What players take as "until the end of the file", for a recording that was cut off. */
const UNKNOWN = 0xffffffff

/**
 * The header of a dual-channel G.711 WAV file at 8 kHz.
 * @param dataBytes bytes of audio after the header; undefined while the file is being written
 */
export function createWavHeader({
  encoding,
  dataBytes,
}: {
  encoding: AudioEncoding
  dataBytes: number | undefined
}): Buffer {
  const header = Buffer.alloc(WAV_HEADER_BYTES)
  header.write('RIFF', 0, 'latin1')
  header.writeUInt32LE(dataBytes === undefined ? UNKNOWN : WAV_HEADER_BYTES - 8 + dataBytes, 4)
  header.write('WAVEfmt ', 8, 'latin1')
  header.writeUInt32LE(18, 16)
  header.writeUInt16LE(FORMAT_TAG[encoding], 20)
  header.writeUInt16LE(CHANNELS, 22)
  header.writeUInt32LE(SAMPLE_RATE, 24)
  header.writeUInt32LE(SAMPLE_RATE * CHANNELS, 28)
  header.writeUInt16LE(CHANNELS, 32)
  header.writeUInt16LE(8, 34)
  header.writeUInt16LE(0, 36)
  header.write('fact', 38, 'latin1')
  header.writeUInt32LE(4, 42)
  header.writeUInt32LE(dataBytes === undefined ? UNKNOWN : dataBytes / CHANNELS, 46)
  header.write('data', 50, 'latin1')
  header.writeUInt32LE(dataBytes ?? UNKNOWN, 54)
  return header
}
