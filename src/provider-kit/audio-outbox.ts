import { BYTES_PER_MS } from './audio.ts'

/** Audio sent before a stream is open is held up to this; then the oldest goes. */
const MAX_HELD_BYTES = 10_000 * BYTES_PER_MS

/** Holds audio until a stream takes it, in frames of the size that it takes. */
export type AudioOutbox = {
  /** Takes audio; an empty piece is dropped, since many providers take a frame without bytes for the end of the audio. */
  add(audio: Uint8Array): void
  /**
   * Hands over all that is held, once it makes a frame. What is more than one frame takes goes in even parts, so that
   * none of them is too short.
   * @param isLast hands the rest over too, however little it is
   */
  drain(send: (audio: Uint8Array) => void, isLast?: boolean): void
  /** Audio was dropped because the stream took too long to open. */
  readonly hasOverflowed: boolean
  readonly isEmpty: boolean
}

type AudioOutboxOptions = {
  /** Bytes below which no frame is sent: what is less waits for more. */
  leastBytes?: number
  /** Bytes that one frame may have; at least twice `leastBytes`. */
  mostBytes?: number
}

/** Makes an outbox for one stream; it holds 10 s of 8 kHz G.711 at most. */
export function createAudioOutbox({
  leastBytes = 1,
  mostBytes = MAX_HELD_BYTES,
}: AudioOutboxOptions = {}): AudioOutbox {
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
      if (heldBytes === 0 || (heldBytes < leastBytes && !isLast)) return
      const audio = held.length === 1 ? (held[0] as Uint8Array) : Buffer.concat(held)
      held = []
      heldBytes = 0
      const parts = Math.ceil(audio.length / mostBytes)
      for (let part = 0; part < parts; part++) {
        send(audio.subarray(Math.floor((audio.length * part) / parts), Math.floor((audio.length * (part + 1)) / parts)))
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
