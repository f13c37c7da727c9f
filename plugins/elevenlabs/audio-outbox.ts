import { BYTES_PER_MS } from '../../src/provider-kit/index.ts'

/** Audio sent before the stream is open is held up to this; then the oldest goes. */
const MAX_HELD_BYTES = 10_000 * BYTES_PER_MS
/** Three telephone frames make one message of JSON; no sample waits longer than 40 ms. */
const LEAST_BYTES = 60 * BYTES_PER_MS
/** ElevenLabs refuses larger pieces (`chunk_size_exceeded`); from which size on is documented nowhere. */
const MOST_BYTES = 1000 * BYTES_PER_MS

/** Holds audio until a stream takes it, and joins small frames. */
export type AudioOutbox = {
  /** @param audio headerless 8 kHz mu-law, any length */
  add(audio: Uint8Array): void
  /** Hands over what is held once it is worth a message; with `isLast` whatever there is. */
  drain(send: (audio: Uint8Array) => void, isLast?: boolean): void
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
      for (let at = 0; at < audio.length; at += MOST_BYTES) send(audio.subarray(at, at + MOST_BYTES))
    },
    get hasOverflowed() {
      return hasOverflowed
    },
    get isEmpty() {
      return heldBytes === 0
    },
  }
}
