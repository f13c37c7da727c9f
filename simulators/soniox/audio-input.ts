import type { AudioEncoding } from '../../src/provider-kit/audio.ts'
import { encodeMulaw } from '../../src/provider-kit/audio.ts'
import type { Start } from './start-request.ts'

/** Audio of a stream brought to what the recogniser takes; a wrong declaration garbles it. */
export type AudioInput = {
  /** The law of what `convert` returns. */
  encoding: AudioEncoding
  /** @returns 8 kHz G.711 */
  convert(audio: Buffer): Uint8Array
}

export function createAudioInput({ format, sampleRate }: Start): AudioInput {
  const step = sampleRate / 8000
  if (format !== 'pcm_s16le') return { encoding: format, convert: (audio) => pick(audio, step) }
  return { encoding: 'mulaw', convert: (audio) => pick(compress(audio), step) }
}

const compress = (audio: Buffer): Uint8Array =>
  Uint8Array.from({ length: Math.floor(audio.length / 2) }, (_, index) => encodeMulaw(audio.readInt16LE(index * 2)))

/** Brings any rate to 8 kHz by the nearest sample. */
const pick = (audio: Uint8Array, step: number): Uint8Array =>
  step === 1
    ? audio
    : Uint8Array.from({ length: Math.floor(audio.length / step) }, (_, index) => audio[Math.floor(index * step)] ?? 0)
