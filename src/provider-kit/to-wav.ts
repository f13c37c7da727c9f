import type { AudioEncoding } from './audio.ts'
import { decodeAlaw, decodeMulaw } from './audio.ts'

const HEADER_BYTES = 44
const SAMPLE_RATE = 8000

/**
 * A WAV file of linear samples (8 kHz, mono, 16 bits), which every transcription service reads and every browser plays;
 * G.711 in WAV is not.
 * Source: RFC 2361 and Microsoft's Multimedia Programming Interface, “Waveform Audio File Format”
 * @param audio headerless 8 kHz G.711
 */
export function toWav(audio: Uint8Array, encoding: AudioEncoding): Buffer {
  const decode = encoding === 'mulaw' ? decodeMulaw : decodeAlaw
  const bytes = audio.length * 2
  const file = Buffer.alloc(HEADER_BYTES + bytes)
  file.write('RIFF', 0, 'latin1')
  file.writeUInt32LE(HEADER_BYTES - 8 + bytes, 4)
  file.write('WAVEfmt ', 8, 'latin1')
  file.writeUInt32LE(16, 16)
  file.writeUInt16LE(1, 20)
  file.writeUInt16LE(1, 22)
  file.writeUInt32LE(SAMPLE_RATE, 24)
  file.writeUInt32LE(SAMPLE_RATE * 2, 28)
  file.writeUInt16LE(2, 32)
  file.writeUInt16LE(16, 34)
  file.write('data', 36, 'latin1')
  file.writeUInt32LE(bytes, 40)
  for (let index = 0; index < audio.length; index++) {
    file.writeInt16LE(decode(audio[index] as number), HEADER_BYTES + index * 2)
  }
  return file
}
