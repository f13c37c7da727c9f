/** Cuts a text that is still being written into pieces worth speaking. */
export type ClauseSplitter = {
  /** Takes the next piece of text and returns the clauses that now stand. */
  push(text: string): string[]
  /** Returns what is left when the text has ended. */
  flush(): string
}

/** From how many characters a comma ends the first clause: shorter and the voice would pause before it has more. */
const FIRST_COMMA_CHARS = 18
const LATER_COMMA_CHARS = 60
/** A text without any punctuation is cut at a space from here. */
const LONGEST_FIRST = 90
const LONGEST_LATER = 200

const ABBREVIATION = /(?:^|[\s(])(?:\p{L}|mr|mrs|ms|dr|prof|st|no|vs|etc|e\.g|i\.e|approx|inc|ltd|jr|sr)\.$/iu
const NUMBERED = /(?:^|\n)\s*\d{1,3}\.$/

/**
 * The first clause comes as soon as it stands: at the end of a sentence, or at a comma after enough characters.
 * Later ones are longer, because the voice is busy already. Nothing is lost or changed: the pieces joined are the text.
 */
export function createClauseSplitter(): ClauseSplitter {
  let pending = ''
  let scanned = 0
  let first = true

  const isSentenceEnd = (index: number): boolean => {
    const character = pending[index] as string
    if ('\n。！？'.includes(character)) return true
    if (!'.!?…'.includes(character)) return false
    const follower = pending[index + 1]
    if (follower === undefined || !/[\s"'”’)]/.test(follower)) return false
    if (character !== '.') return true
    const upTo = pending.slice(0, index + 1)
    return !ABBREVIATION.test(upTo) && !NUMBERED.test(upTo)
  }

  const isClauseEnd = (index: number): boolean => {
    if (isSentenceEnd(index)) return true
    const character = pending[index] as string
    if (index + 1 < (first ? FIRST_COMMA_CHARS : LATER_COMMA_CHARS)) return false
    if ('，、；：'.includes(character)) return true
    return ',;:–—'.includes(character) && /\s/.test(pending[index + 1] ?? '')
  }

  const cut = (end: number): string => {
    let after = end
    while (after < pending.length && /[\s"'”’)]/.test(pending[after] as string)) after++
    const clause = pending.slice(0, after)
    pending = pending.slice(after)
    scanned = 0
    return clause
  }

  const nextClause = (): string | undefined => {
    for (let index = scanned; index < pending.length; index++) {
      if (isClauseEnd(index) && pending.slice(0, index + 1).trim()) return cut(index + 1)
    }
    // The last character may be judged anew once its follower is known.
    scanned = Math.max(0, pending.length - 1)
    const longest = first ? LONGEST_FIRST : LONGEST_LATER
    const space = pending.length > longest ? pending.lastIndexOf(' ') : -1
    return space > 0 ? cut(space) : undefined
  }

  return {
    push(text) {
      pending += text
      const clauses: string[] = []
      for (let clause = nextClause(); clause !== undefined; clause = nextClause()) {
        clauses.push(clause)
        first = false
      }
      return clauses
    },
    flush() {
      const rest = pending
      pending = ''
      scanned = 0
      first = false
      return rest.trim() ? rest : ''
    },
  }
}
