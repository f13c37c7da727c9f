import { toSpeakable } from '../../simulators/tone-speech/index.ts'

const plain = (text: string): string => toSpeakable(text).replace(/\s+/g, ' ').trim()

/**
 * How much of a text was said, in its order.
 * @param options.isCut the speaker was interrupted: only what was said before counts
 * @returns `matched` from 0 to 1; `missing` in characters
 */
export function compareSpeech({ said, meant, isCut }: { said: string; meant: string; isCut: boolean }) {
  const heard = plain(said)
  const whole = plain(meant)
  const expected = isCut ? whole.slice(0, heard.length) : whole
  const common = commonLength(heard, expected)
  return {
    matched: expected.length === 0 ? 0 : common / expected.length,
    missing: isCut ? 0 : expected.length - common,
  }
}

/** Length of the longest common subsequence. */
function commonLength(left: string, right: string): number {
  let row = new Array<number>(right.length + 1).fill(0)
  for (const character of left) {
    const next = [0]
    for (let index = 1; index <= right.length; index++) {
      const isSame = character === right[index - 1]
      next[index] = isSame ? (row[index - 1] ?? 0) + 1 : Math.max(row[index] ?? 0, next[index - 1] ?? 0)
    }
    row = next
  }
  return row[right.length] ?? 0
}
