import type { AudioEncoding } from '../provider-kit/index.ts'
import { BYTES_PER_MS, decodeAlaw, decodeMulaw } from '../provider-kit/index.ts'

/** Hears by loudness when the caller last spoke: where a turn's latency begins, whatever the provider says. */
export type SpeechMeter = {
  /** @param frame headerless G.711 @param endMs when its last sample was spoken */
  measure(frame: Uint8Array, endMs: number): void
  /** When the last loud frame ended; undefined when there was none. */
  lastVoiceMs(): number | undefined
  /** Loud audio in ms since `reset`. */
  voicedMs(): number
  reset(): void
}

/** Mean amplitude (of 32,767) below which nothing counts as speech: about -42 dB. */
const QUIETEST_SPEECH = 260
/** Speech is this much louder than the line's own noise. */
const ABOVE_NOISE = 3
/** A loud sound this short is a click. */
const SHORTEST_VOICE_MS = 40

const magnitudes = (decode: (byte: number) => number) =>
  Uint16Array.from({ length: 256 }, (_, byte) => Math.abs(decode(byte)))
const MAGNITUDES: Record<AudioEncoding, Uint16Array> = { mulaw: magnitudes(decodeMulaw), alaw: magnitudes(decodeAlaw) }

export function createSpeechMeter(encoding: AudioEncoding): SpeechMeter {
  const table = MAGNITUDES[encoding]
  let noise = QUIETEST_SPEECH / ABOVE_NOISE
  let runMs = 0
  let voiced = 0
  let last: number | undefined

  return {
    measure(frame, endMs) {
      if (frame.length === 0) return
      let sum = 0
      // Every second sample is loudness enough.
      for (let index = 0; index < frame.length; index += 2) sum += table[frame[index] as number] as number
      const mean = sum / ((frame.length + 1) >> 1)
      const durationMs = frame.length / BYTES_PER_MS
      const isLoud = mean > QUIETEST_SPEECH && mean > noise * ABOVE_NOISE
      noise += (mean - noise) * (mean < noise ? 0.1 : 0.0005)
      if (!isLoud) {
        runMs = 0
        return
      }
      runMs += durationMs
      if (runMs < SHORTEST_VOICE_MS) return
      voiced += durationMs
      last = endMs
    },
    lastVoiceMs: () => last,
    voicedMs: () => voiced,
    reset() {
      voiced = 0
    },
  }
}
