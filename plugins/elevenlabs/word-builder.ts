import type { SpokenWord } from '../../src/provider-kit/index.ts'
import type { Alignment } from './protocol.ts'

export type WordBuilder = {
  /**
   * Takes the alignment of one audio chunk.
   * @param deliveredMs audio of the utterance before this chunk, in ms
   * @returns the words that ended in it, with times from the utterance's first sample
   */
  add(alignment: Alignment, deliveredMs: number): SpokenWord[]
  /** The word that no blank has ended. */
  flush(): SpokenWord[]
}

/**
 * Joins the characters of chunk after chunk to words; a word may begin in one chunk and end in the next.
 * A chunk's times start where the chunk starts. Where an earlier alignment reaches further than the audio that came with
 * it (chunks without alignment follow such ones: elevenlabs/elevenlabs-python issue 689), that end counts instead.
 */
export const createWordBuilder = (): WordBuilder => {
  let word: { text: string; startMs: number; endMs: number } | undefined
  let alignedMs = 0

  const flush = (): SpokenWord[] => {
    const words = word ? [word] : []
    word = undefined
    return words
  }

  return {
    add({ chars, starts, durations }, deliveredMs) {
      const offsetMs = Math.max(deliveredMs, alignedMs)
      const words: SpokenWord[] = []
      for (const [index, char] of chars.entries()) {
        const startMs = offsetMs + (starts[index] as number)
        const endMs = startMs + (durations[index] as number)
        alignedMs = Math.max(alignedMs, endMs)
        if (/^\s*$/.test(char)) {
          words.push(...flush())
          continue
        }
        word ??= { text: '', startMs, endMs }
        word.text += char
        word.endMs = endMs
      }
      return words
    },
    flush,
  }
}
