import { BOLD, ITALIC } from './prompt-document.ts'

/** A run of `*` or `_` in the pieces of a text. */
export type Delimiter = {
  /** Index among the pieces. */
  at: number
  mark: string
  /** Marks that are not used up; what remains is text. */
  count: number
  canOpen: boolean
  canClose: boolean
}

type FlankOptions = { mark: string; before: string; after: string }

/**
 * Whether a run of marks can begin or end emphasis, by the characters beside it (empty at the ends of the text).
 * https://spec.commonmark.org/0.31.2/#delimiter-run
 */
export function flank({ mark, before, after }: FlankOptions): { canOpen: boolean; canClose: boolean } {
  const isLeft = !isSpace(after) && (!isPunctuation(after) || isSpace(before) || isPunctuation(before))
  const isRight = !isSpace(before) && (!isPunctuation(before) || isSpace(after) || isPunctuation(after))
  if (mark === '*') return { canOpen: isLeft, canClose: isRight }
  return {
    canOpen: isLeft && (!isRight || isPunctuation(before)),
    canClose: isRight && (!isLeft || isPunctuation(after)),
  }
}

const isSpace = (character: string): boolean => character === '' || /\s/u.test(character)
const isPunctuation = (character: string): boolean => /[\p{P}\p{S}]/u.test(character)

/**
 * Pairs the runs and tells the format of every piece. What was looked for in vain is not looked for again, so that the
 * time grows with the length of the text whatever is in it.
 * https://spec.commonmark.org/0.31.2/#phase-2-inline-structure (process emphasis)
 * @param options.delimiters in order of appearance; their counts are reduced by what was used
 * @returns format bits by piece
 */
export function pairEmphasis({ delimiters, pieces }: { delimiters: Delimiter[]; pieces: number }): number[] {
  const changes: { bold: number; italic: number }[] = Array.from({ length: pieces + 1 }, () => ({ bold: 0, italic: 0 }))
  const stack: Delimiter[] = []
  /** Below this height of the stack, there is no opener for such a closer. */
  const bottoms = new Map<string, number>()

  for (const closer of delimiters) {
    while (closer.canClose && closer.count > 0) {
      const kind = `${closer.mark}${closer.canOpen}${closer.count % 3}`
      const bottom = bottoms.get(kind) ?? 0
      let height = stack.length - 1
      while (height >= bottom && !fits(stack[height] as Delimiter, closer)) height -= 1
      const opener = height >= bottom ? stack[height] : undefined
      if (!opener) {
        bottoms.set(kind, stack.length)
        break
      }
      const used = opener.count >= 2 && closer.count >= 2 ? 2 : 1
      const format = used === 2 ? 'bold' : 'italic'
      const [from, to] = [changes[opener.at + 1], changes[closer.at]]
      if (from && to) {
        from[format] += 1
        to[format] -= 1
      }
      opener.count -= used
      closer.count -= used
      stack.length = opener.count > 0 ? height + 1 : height
      for (const [one, bottom] of bottoms) bottoms.set(one, Math.min(bottom, stack.length))
    }
    if (closer.canOpen && closer.count > 0) stack.push(closer)
  }

  let bold = 0
  let italic = 0
  return changes.slice(0, pieces).map((change) => {
    bold += change.bold
    italic += change.italic
    return (bold > 0 ? BOLD : 0) | (italic > 0 ? ITALIC : 0)
  })
}

const fits = (opener: Delimiter, closer: Delimiter): boolean => {
  if (opener.mark !== closer.mark) return false
  const isAmbiguous = opener.canClose || closer.canOpen
  const isMultiple = (opener.count + closer.count) % 3 === 0
  return !isAmbiguous || !isMultiple || (opener.count % 3 === 0 && closer.count % 3 === 0)
}
