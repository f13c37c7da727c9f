import type { AudioEncoding } from '../provider-kit/index.ts'
import { FRAME_BYTES, SILENCE_BYTE } from '../provider-kit/index.ts'

/** Two seconds of audio: whole frames, so that no frame lies across two blocks. */
const BLOCK_BYTES = FRAME_BYTES * 100

/** The audio of one utterance, addressed by byte from its first sample. */
export type AudioStore = {
  /** Bytes taken in so far. */
  length(): number
  append(audio: Uint8Array): void
  /** Fills the last frame with silence. */
  pad(): void
  /** The 160 bytes at a multiple of 160, a view without a copy; they must be there and not be released. */
  frame(position: number): Uint8Array
  /** Gives back memory of what lies before a position. */
  release(position: number): void
}

/** Keeps audio in blocks, so that what was heard can be let go while the rest is still coming. */
export function createAudioStore(encoding: AudioEncoding): AudioStore {
  const blocks: (Buffer | undefined)[] = []
  let length = 0
  let released = 0

  return {
    length: () => length,
    append(audio) {
      let taken = 0
      while (taken < audio.length) {
        const offset = length % BLOCK_BYTES
        if (offset === 0) blocks.push(Buffer.allocUnsafeSlow(BLOCK_BYTES))
        const block = blocks[blocks.length - 1] as Buffer
        const count = Math.min(audio.length - taken, BLOCK_BYTES - offset)
        block.set(count === audio.length ? audio : audio.subarray(taken, taken + count), offset)
        taken += count
        length += count
      }
    },
    pad() {
      const partial = length % FRAME_BYTES
      if (partial === 0) return
      const block = blocks[blocks.length - 1] as Buffer
      const offset = length % BLOCK_BYTES
      const missing = FRAME_BYTES - partial
      block.fill(SILENCE_BYTE[encoding], offset, offset + missing)
      length += missing
    },
    frame(position) {
      const block = blocks[Math.floor(position / BLOCK_BYTES)]
      if (!block) throw new RangeError(`No audio at byte ${position}`)
      const offset = position % BLOCK_BYTES
      return block.subarray(offset, offset + FRAME_BYTES)
    },
    release(position) {
      // The block being filled stays, whatever was heard of it.
      const whole = Math.min(Math.floor(position / BLOCK_BYTES), blocks.length - 1)
      for (; released < whole; released++) blocks[released] = undefined
    },
  }
}
