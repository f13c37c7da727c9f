import { decodeAlaw, decodeMulaw } from '../../provider-kit/index.ts'
import type { Sample } from './speak-sample.ts'

const HEADER_BYTES = 44
const SAMPLE_RATE = 8_000
const BYTES_PER_SAMPLE = 2

/** A mono WAV file of 16-bit linear samples at 8 kHz, which every browser plays; G.711 in WAV is not. */
export function toWav({ encoding, audio }: Sample): Buffer {
  const decode = encoding === 'mulaw' ? decodeMulaw : decodeAlaw
  const dataBytes = audio.length * BYTES_PER_SAMPLE
  const file = Buffer.alloc(HEADER_BYTES + dataBytes)
  file.write('RIFF', 0, 'latin1')
  file.writeUInt32LE(HEADER_BYTES - 8 + dataBytes, 4)
  file.write('WAVEfmt ', 8, 'latin1')
  file.writeUInt32LE(16, 16)
  file.writeUInt16LE(1, 20)
  file.writeUInt16LE(1, 22)
  file.writeUInt32LE(SAMPLE_RATE, 24)
  file.writeUInt32LE(SAMPLE_RATE * BYTES_PER_SAMPLE, 28)
  file.writeUInt16LE(BYTES_PER_SAMPLE, 32)
  file.writeUInt16LE(16, 34)
  file.write('data', 36, 'latin1')
  file.writeUInt32LE(dataBytes, 40)
  for (const [index, byte] of audio.entries()) file.writeInt16LE(decode(byte), HEADER_BYTES + index * BYTES_PER_SAMPLE)
  return file
}
