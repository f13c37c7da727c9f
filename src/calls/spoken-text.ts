import type { SpokenWord } from '../provider-kit/index.ts'

/** The text of one utterance and where in its audio each word lies. */
export type SpokenText = {
  /** All text given to be spoken so far. */
  text(): string
  write(text: string): void
  /** @param offsetMs where the words' own zero lies in the utterance's audio */
  addWords(words: readonly SpokenWord[], offsetMs: number): void
  /**
   * The text up to what was heard.
   * @param heardMs audio that the caller heard
   * @param audioMs audio received so far
   * @param complete whether that is all of it
   */
  heard(position: { heardMs: number; audioMs: number; complete: boolean }): string
  /**
   * The text whose audio has not come yet, to be spoken anew after a failure; words added later are looked for in it.
   * @param audioMs audio received
   */
  takeRemainder(audioMs: number): string
}

/** How fast voices speak, for the time that nobody tells: about 150 words a minute. */
const CHARACTERS_PER_MS = 15 / 1000
/** A word is looked for only so far ahead of the one before it; further off it is another word that is alike. */
const SEARCH_CHARS = 80

type Placed = { middleMs: number; endMs: number; charEnd: number }

/** Maps heard milliseconds to heard text: by the provider's word times, by proportion where it gives none. */
export function createSpokenText(): SpokenText {
  let text = ''
  let cursor = 0
  const placed: Placed[] = []

  const upTo = (charEnd: number): string => {
    const trailing = /^[^\s\p{L}\p{N}]+/u.exec(text.slice(charEnd))?.[0].length ?? 0
    return text.slice(0, charEnd + trailing).trim()
  }

  const atWordBoundary = (characters: number): number => {
    if (characters >= text.length) return text.length
    return Math.max(0, text.lastIndexOf(' ', Math.max(0, characters)))
  }

  const lastBefore = (ms: number, edge: 'middleMs' | 'endMs'): Placed | undefined => {
    for (let index = placed.length - 1; index >= 0; index--) {
      const word = placed[index] as Placed
      if (word[edge] <= ms) return word
    }
    return undefined
  }

  return {
    text: () => text,
    write(piece) {
      text += piece
    },
    addWords(words, offsetMs) {
      for (const word of words) {
        const wanted = word.text.trim().toLowerCase()
        if (!wanted) continue
        const found = text
          .slice(cursor, cursor + SEARCH_CHARS)
          .toLowerCase()
          .indexOf(wanted)
        if (found < 0) continue
        cursor += found + wanted.length
        const [startMs, endMs] = [word.startMs + offsetMs, word.endMs + offsetMs]
        placed.push({ middleMs: (startMs + endMs) / 2, endMs, charEnd: cursor })
      }
    },
    heard({ heardMs, audioMs, complete }) {
      if (complete && heardMs >= audioMs) return text.trim()
      if (heardMs <= 0) return ''
      if (placed.length > 0) return upTo(lastBefore(heardMs, 'middleMs')?.charEnd ?? 0)
      const totalMs = complete ? audioMs : Math.max(audioMs, text.length / CHARACTERS_PER_MS)
      return upTo(atWordBoundary(Math.floor((text.length * heardMs) / totalMs)))
    },
    takeRemainder(audioMs) {
      while (placed.length > 0 && (placed.at(-1) as Placed).endMs > audioMs) placed.pop()
      const byProportion = audioMs > 0 ? atWordBoundary(Math.floor(audioMs * CHARACTERS_PER_MS)) : 0
      cursor = placed.at(-1)?.charEnd ?? byProportion
      return text.slice(cursor)
    },
  }
}
