/** Cuts a text that is still being written into pieces that are each spoken by a request of its own. */
export type SpeechPieces = {
  /** @param text any piece of text; pieces are joined as they come */
  write(text: string): void
  /** Everything that now stands as whole clauses, at most `maxChars` of it; nothing where the next clause is not over. */
  take(): string | undefined
  /** No more text: what is left stands too. */
  finish(): void
  readonly isEmpty: boolean
}

const WORD = /[\p{L}\p{N}]/u
/** The end of a clause: a mark with its closing quotes and the blank after it, a full-width mark, or a line's end. */
const CLAUSE_END = /[.!?…,;:–—]["'”’)\]]*\s+|[。！？，、；：]|\n+/gu
/** The first of the two code units of a character, which must not be parted from the second. */
const FIRST_HALF = /[\uD800-\uDBFF]/
/** A text without punctuation is cut at a blank from here. */
const LONGEST_WITHOUT_END = 200

/** @param options.maxChars longest text of one request */
export function createSpeechPieces({ maxChars }: { maxChars: number }): SpeechPieces {
  let pending = ''
  let isFinished = false

  /** Where the last clause ends that still fits into one request; 0 where none does. */
  const findEnd = (): number => {
    if (isFinished && pending.length <= maxChars) return pending.length
    const firstWord = pending.search(WORD)
    let end = 0
    for (const match of pending.matchAll(CLAUSE_END)) {
      const after = match.index + match[0].length
      if (after > maxChars) break
      if (match.index > firstWord && firstWord >= 0) end = after
    }
    if (end > 0) return end
    const limit = Math.min(LONGEST_WITHOUT_END, maxChars)
    if (pending.length <= limit) return 0
    const blank = pending.lastIndexOf(' ', limit - 1) + 1
    if (blank > 0) return blank
    return FIRST_HALF.test(pending.charAt(limit - 1)) ? limit - 1 : limit
  }

  const take = (): string | undefined => {
    for (let end = findEnd(); end > 0; end = findEnd()) {
      const piece = pending.slice(0, end)
      pending = pending.slice(end)
      // Marks alone are spoken with the words after them; where these do not fit, not at all.
      if (WORD.test(piece)) return piece.trim()
    }
    return undefined
  }

  return {
    write(text) {
      if (!isFinished) pending += text
    },
    take,
    finish() {
      isFinished = true
      if (!WORD.test(pending)) pending = ''
    },
    get isEmpty() {
      return !WORD.test(pending)
    },
  }
}
