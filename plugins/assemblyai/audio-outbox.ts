import { BYTES_PER_MS, SILENCE_BYTE } from '../../src/provider-kit/index.ts'

/** Audio sent before the stream is open is held up to this; then the oldest goes. */
const MAX_HELD_BYTES = 10_000 * BYTES_PER_MS
/** AssemblyAI closes with 3007 on frames outside of 50 to 1,000 ms. Source: assemblyai-api-spec usm-streaming.yml (sendAudio) */
const LEAST_BYTES = 50 * BYTES_PER_MS
const MOST_BYTES = 1000 * BYTES_PER_MS

/** Holds audio until a stream takes it, and joins telephone frames to what AssemblyAI takes. */
export type AudioOutbox = {
  /** @param audio headerless 8 kHz mu-law, any length */
  add(audio: Uint8Array): void
  /**
   * Hands over what is held once it makes a frame, at once and with nothing kept back: three frames of 20 ms, so that
   * no sample waits longer than 40 ms. With `isLast` the rest too, filled up with silence.
   * @param send gets the frame and how many of its bytes are the caller's
   */
  drain(send: (frame: Uint8Array, bytes: number) => void, isLast?: boolean): void
  /** Audio was dropped because the stream took too long to open. */
  readonly hasOverflowed: boolean
  readonly isEmpty: boolean
}

export function createAudioOutbox(): AudioOutbox {
  let held: Uint8Array[] = []
  let heldBytes = 0
  let hasOverflowed = false

  return {
    add(audio) {
      if (audio.length === 0) return
      held.push(audio)
      heldBytes += audio.length
      while (heldBytes > MAX_HELD_BYTES && held.length > 1) {
        heldBytes -= held.shift()?.length ?? 0
        hasOverflowed = true
      }
    },
    drain(send, isLast = false) {
      if (heldBytes === 0 || (heldBytes < LEAST_BYTES && !isLast)) return
      const audio = Buffer.concat(held)
      held = []
      heldBytes = 0
      if (audio.length < LEAST_BYTES) {
        const silence = Buffer.alloc(LEAST_BYTES - audio.length, SILENCE_BYTE.mulaw)
        return send(Buffer.concat([audio, silence]), audio.length)
      }
      // Even parts, so that none is left too short.
      const parts = Math.ceil(audio.length / MOST_BYTES)
      for (let part = 0; part < parts; part++) {
        const frame = audio.subarray(
          Math.floor((audio.length * part) / parts),
          Math.floor((audio.length * (part + 1)) / parts),
        )
        send(frame, frame.length)
      }
    },
    get hasOverflowed() {
      return hasOverflowed
    },
    get isEmpty() {
      return heldBytes === 0
    },
  }
}
