import { BYTES_PER_MS } from './audio.ts'

/** Audio sent before a stream is open is held up to this; then the oldest goes. */
const MAX_HELD_BYTES = 10_000 * BYTES_PER_MS

/** Holds audio until a stream takes it. */
export type AudioOutbox = {
  /** Takes audio; an empty piece is dropped, since many providers take a frame without bytes for the end of the audio. */
  add(audio: Uint8Array): void
  /** Hands over what is held as one frame; nothing where nothing is held. */
  drain(send: (audio: Uint8Array) => void): void
  /** Audio was dropped because the stream took too long to open. */
  readonly hasOverflowed: boolean
  readonly isEmpty: boolean
}

/** Makes an outbox for one stream; it holds 10 s of 8 kHz G.711 at most. */
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
    drain(send) {
      if (heldBytes === 0) return
      const audio = held.length === 1 ? (held[0] as Uint8Array) : Buffer.concat(held)
      held = []
      heldBytes = 0
      send(audio)
    },
    get hasOverflowed() {
      return hasOverflowed
    },
    get isEmpty() {
      return heldBytes === 0
    },
  }
}
