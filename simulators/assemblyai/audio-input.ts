import { encodeMulaw } from '../../src/provider-kit/audio.ts'

/** Audio of a stream brought to what the recogniser takes; a wrong declaration garbles it. */
export type AudioInput = {
  /** How long a frame is by its declaration, in ms. */
  durationMs(audio: Buffer): number
  /** @returns 8 kHz mu-law */
  convert(audio: Buffer): Uint8Array
}

/** @returns undefined for a codec that is not decoded here */
export function createAudioInput(query: URLSearchParams): AudioInput | undefined {
  const encoding = query.get('encoding') ?? 'pcm_s16le'
  const rate = Number(query.get('sample_rate'))
  if (encoding === 'pcm_mulaw') {
    return { durationMs: (audio) => (audio.length / rate) * 1000, convert: (audio) => pick(audio, rate / 8000) }
  }
  if (encoding !== 'pcm_s16le') return undefined
  return {
    durationMs: (audio) => (audio.length / 2 / rate) * 1000,
    convert: (audio) => pick(compress(audio), rate / 8000),
  }
}

const compress = (audio: Buffer): Uint8Array =>
  Uint8Array.from({ length: Math.floor(audio.length / 2) }, (_, index) => encodeMulaw(audio.readInt16LE(index * 2)))

/** Brings any rate to 8 kHz by the nearest sample. */
const pick = (audio: Uint8Array, step: number): Uint8Array =>
  step === 1
    ? audio
    : Uint8Array.from({ length: Math.floor(audio.length / step) }, (_, index) => audio[Math.floor(index * step)] ?? 0)
