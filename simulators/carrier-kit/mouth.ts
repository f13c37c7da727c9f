import { BYTES_PER_MS, FRAME_BYTES, SILENCE_BYTE } from '../../src/provider-kit/index.ts'
import { createDeferred } from './deferred.ts'
import { findSpeechEnd } from './recording.ts'
import type { AudioEncoding } from '../../src/provider-kit/index.ts'

/** When something was said, in ms from the stream's start. */
export type Spoken = {
  startMs: number
  /** The end of the audio, its trailing silence included. */
  endMs: number
  /** The end of its last audible sample. */
  speechEndMs: number
}

type Speech = {
  audio: Uint8Array
  offset: number
  startMs: number
  resolve(spoken: Spoken): void
  reject(error: Error): void
}

export type Mouth = {
  /** Queues G.711 audio behind what is still to be said; resolves when its last sample is out, rejects when silenced. */
  say(audio: Uint8Array): Promise<Spoken>
  /** The next 20 ms to send; silence when nothing is to be said. */
  next(positionMs: number): Uint8Array
  /** Drops what is still to be said. */
  silence(reason: string): void
}

/** What a caller says, cut into 20 ms frames; a line between words is never empty, it is silent. */
export function createMouth(encoding: AudioEncoding): Mouth {
  const silence = Buffer.alloc(FRAME_BYTES, SILENCE_BYTE[encoding])
  let speeches: Speech[] = []

  return {
    say: (audio) => {
      const spoken = createDeferred<Spoken>()
      speeches.push({ audio, offset: 0, startMs: 0, resolve: spoken.resolve, reject: spoken.reject })
      return spoken.promise
    },
    next: (positionMs) => {
      const speech = speeches[0]
      if (!speech) return silence
      if (speech.offset === 0) speech.startMs = positionMs
      const piece = speech.audio.subarray(speech.offset, speech.offset + FRAME_BYTES)
      speech.offset += FRAME_BYTES
      if (speech.offset >= speech.audio.length) {
        speeches.shift()
        const { startMs, audio } = speech
        speech.resolve({
          startMs,
          endMs: startMs + audio.length / BYTES_PER_MS,
          speechEndMs: startMs + findSpeechEnd(audio, encoding),
        })
      }
      if (piece.length === FRAME_BYTES) return piece
      const frame = Buffer.from(silence)
      frame.set(piece)
      return frame
    },
    silence: (reason) => {
      const dropped = speeches
      speeches = []
      for (const speech of dropped) speech.reject(new Error(reason))
    },
  }
}
