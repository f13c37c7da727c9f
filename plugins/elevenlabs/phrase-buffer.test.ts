import { describe, expect, it } from '@jest/globals'
import { createPhraseBuffer } from './phrase-buffer.ts'

const phrasesOf = (pieces: readonly string[]) => {
  const buffer = createPhraseBuffer()
  const pushed = pieces.map((piece) => buffer.push(piece)).filter((phrase) => phrase !== undefined)
  return [...pushed, buffer.flush()]
}

describe('phrases from pieces', () => {
  it.each<[string, string[], (string | undefined)[]]>([
    [
      'clauses go out as they are',
      ['Good morning. ', 'How are you, ', 'Sam?'],
      ['Good morning. ', 'How are you, ', 'Sam? '],
    ],
    ['a clause cut without punctuation goes out', ['it goes on and on '], ['it goes on and on ', undefined]],
    ['tokens wait for a punctuation mark', ['Good', ' morning', '.', ' How', ' are'], ['Good morning. ', 'How are ']],
    ['a number is not cut', ['It', ' costs', ' 3', '.', '50', ' today', '.'], ['It costs 3.50 today. ']],
    ['line breaks end in one blank', ['One.\n\n', 'Two.\n'], ['One. ', 'Two. ', undefined]],
    ['signs alone are not spoken', ['… ', '— '], [undefined]],
    ['signs alone stay with the words after them', ['… ', 'well, '], ['… well, ', undefined]],
    ['scripts without blanks are cut too', ['你好。', '再见'], ['你好。 ', '再见 ']],
  ])('should see to it that %s', (_name, pieces, phrases) => {
    expect(phrasesOf(pieces)).toEqual(phrases)
  })

  it('should cut a text without any punctuation at a blank, and lose nothing', () => {
    const words = Array.from({ length: 60 }, (_, index) => ` word${index}`)
    const phrases = phrasesOf(words)
    expect(phrases.length).toBeGreaterThan(2)
    expect(phrases.join('').trim()).toBe(words.join('').trim())
  })
})
