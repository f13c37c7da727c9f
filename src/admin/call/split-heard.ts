import type { TranscriptEntry } from './types.ts'

/** What was said, parted at the point up to which the caller heard it. */
export type SpokenText = { heard: string; unheard: string }

/**
 * Parts an answer into what the caller heard and the rest. The words decide, not the blanks between them: the two texts
 * come from different sources. Where what was heard is no beginning of the answer, the whole answer counts as unheard.
 */
export function splitHeard({ text, heard }: Pick<TranscriptEntry, 'text' | 'heard'>): SpokenText {
  if (heard === undefined) return { heard: text, unheard: '' }
  const wanted = heard.replace(/\s+/g, '')
  let matched = 0
  let end = 0
  while (matched < wanted.length && end < text.length) {
    const letter = text.charAt(end++)
    if (/\s/.test(letter)) continue
    if (letter !== wanted.charAt(matched)) return { heard, unheard: text }
    matched++
  }
  return matched < wanted.length ? { heard, unheard: text } : { heard: text.slice(0, end), unheard: text.slice(end) }
}
