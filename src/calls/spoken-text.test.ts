import { describe, expect, it } from '@jest/globals'
import { createSpokenText } from './spoken-text.ts'

const spokenWith = (text: string, words: [string, number, number][] = []) => {
  const spoken = createSpokenText()
  spoken.write(text)
  spoken.addWords(
    words.map(([word, startMs, endMs]) => ({ text: word, startMs, endMs })),
    0,
  )
  return spoken
}

describe('spoken text', () => {
  const WORDS: [string, number, number][] = [
    ['Hello', 0, 400],
    ['there', 450, 800],
    ['caller', 850, 1_300],
  ]

  it('gives the words whose middle was heard, with their punctuation', () => {
    const spoken = spokenWith('Hello there, caller!', WORDS)
    const heard = (heardMs: number) => spoken.heard({ heardMs, audioMs: 1_300, complete: true })
    expect(heard(100)).toBe('')
    expect(heard(420)).toBe('Hello')
    expect(heard(700)).toBe('Hello there,')
    expect(heard(1_300)).toBe('Hello there, caller!')
  })

  it('places the words of a second utterance behind the first one', () => {
    const spoken = spokenWith('One two', [['One', 0, 300]])
    spoken.addWords([{ text: 'two', startMs: 0, endMs: 300 }], 500)
    expect(spoken.heard({ heardMs: 600, audioMs: 900, complete: false })).toBe('One')
    expect(spoken.heard({ heardMs: 700, audioMs: 900, complete: false })).toBe('One two')
  })

  it('passes over words that the voice spells otherwise', () => {
    const spoken = spokenWith('It is 5 pm now', [
      ['It', 0, 100],
      ['five', 200, 300],
      ['now', 400, 500],
    ])
    expect(spoken.heard({ heardMs: 460, audioMs: 500, complete: true })).toBe('It is 5 pm now')
  })

  it('goes by proportion, at whole words, where the voice tells no times', () => {
    const spoken = spokenWith('aaaa bbbb cccc dddd')
    expect(spoken.heard({ heardMs: 900, audioMs: 2_000, complete: true })).toBe('aaaa')
    expect(spoken.heard({ heardMs: 2_000, audioMs: 2_000, complete: true })).toBe('aaaa bbbb cccc dddd')
    expect(spoken.heard({ heardMs: 0, audioMs: 2_000, complete: true })).toBe('')
  })

  it('gives the text whose audio never came, and finds later words in it', () => {
    const spoken = spokenWith('Hello there, caller!', WORDS)
    expect(spoken.takeRemainder(900)).toBe(', caller!')
    spoken.addWords([{ text: 'caller', startMs: 100, endMs: 500 }], 900)
    expect(spoken.heard({ heardMs: 1_000, audioMs: 1_400, complete: false })).toBe('Hello there,')
    expect(spoken.heard({ heardMs: 1_250, audioMs: 1_400, complete: false })).toBe('Hello there, caller!')
    expect(spokenWith('Nothing yet').takeRemainder(0)).toBe('Nothing yet')
  })
})
