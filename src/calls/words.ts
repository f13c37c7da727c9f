const WORD = /[\p{L}\p{N}]+(?:['’][\p{L}\p{N}]+)*/gu

/** Sounds by which a listener says "go on". On their own they neither stop an answer nor ask a question. */
const BACKCHANNEL_WORDS = new Set(
  'uh huh uhhuh mhm mm mmm mmhmm hmm hm ah aha oh ok okay right yeah yep yup yes sure um er ja genau oui vale ajá claro'.split(
    ' ',
  ),
)
const BACKCHANNEL_PHRASES = new Set(['i see', 'got it', 'go on', 'of course'])
const LONGEST_BACKCHANNEL = 3

/** The words of a text in lower case, without punctuation. */
export const toWords = (text: string): string[] => text.normalize('NFKC').toLowerCase().match(WORD) ?? []

/** Whether there is any letter or digit in a text. */
export const hasWord = (text: string): boolean => /[\p{L}\p{N}]/u.test(text)

/** Whether two texts are the same modulo case, punctuation and spacing. */
export const hasSameWords = (left: string, right: string): boolean =>
  toWords(left).join(' ') === toWords(right).join(' ')

/** Whether a text is nothing but a sign of listening, `uh-huh`. */
export function isBackchannel(text: string): boolean {
  const words = toWords(text)
  if (words.length === 0 || words.length > LONGEST_BACKCHANNEL) return false
  return words.every((word) => BACKCHANNEL_WORDS.has(word)) || BACKCHANNEL_PHRASES.has(words.join(' '))
}

/** Joins two pieces of speech with one space. */
export const joinSpeech = (left: string, right: string): string => {
  const [first, second] = [left.trim(), right.trim()]
  return first && second ? `${first} ${second}` : first || second
}

/**
 * What a text says beyond a beginning that was dealt with before, compared by words.
 * @returns the rest as it is written, or undefined when the text does not begin so
 */
export function afterPrefix(text: string, prefix: string): string | undefined {
  const known = toWords(prefix)
  const matcher = new RegExp(WORD)
  let end = 0
  for (const word of known) {
    const match = matcher.exec(text)
    if (match?.[0].normalize('NFKC').toLowerCase() !== word) return undefined
    end = matcher.lastIndex
  }
  return text.slice(end).replace(/^[^\p{L}\p{N}]+/u, '')
}
