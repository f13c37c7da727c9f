import { describe, expect, it } from '@jest/globals'
import { createSpeechPieces } from './speech-pieces.ts'

const takeAll = (text: string, { maxChars = 100, isFinished = true } = {}) => {
  const pieces = createSpeechPieces({ maxChars })
  pieces.write(text)
  if (isFinished) pieces.finish()
  const taken: string[] = []
  for (let piece = pieces.take(); piece !== undefined; piece = pieces.take()) taken.push(piece)
  return { taken, isEmpty: pieces.isEmpty }
}

describe('pieces of a text to be spoken', () => {
  it.each<[string, string[], boolean]>([
    ['Good morning', [], false],
    ['Good morning. How', ['Good morning.'], false],
    ['Good morning, how are you? I', ['Good morning, how are you?'], false],
    ['It costs 3.50 in', [], false],
    ['早上好。你', ['早上好。'], false],
    ['One\nTwo', ['One'], false],
    ['… ', [], true],
  ])('should give of %j, while more is coming, %j', (text, taken, isEmpty) => {
    expect(takeAll(text, { isFinished: false })).toEqual({ taken, isEmpty })
  })

  it('should give all that is left when the text has ended, in pieces that fit', () => {
    expect(takeAll('One is said. Two is said. Three', { maxChars: 27 })).toEqual({
      taken: ['One is said. Two is said.', 'Three'],
      isEmpty: true,
    })
  })

  it('should cut a text without marks at a blank, and a word that is too long anywhere, and lose nothing', () => {
    const words = 'word '.repeat(100)
    expect(takeAll(words, { maxChars: 50 }).taken.join(' ')).toBe(words.trim())
    const long = 'x'.repeat(120)
    expect(takeAll(long, { maxChars: 50 }).taken).toEqual(['x'.repeat(50), 'x'.repeat(50), 'x'.repeat(20)])
  })

  it('should not come to rest at marks before a text without any', () => {
    const words = 'word '.repeat(60)
    const started = takeAll(`… ${words}`, { isFinished: false }).taken
    expect(started[0]).toMatch(/^… word( word)+$/)
    expect(takeAll(`${'- '.repeat(150)}${words}`)).toMatchObject({ isEmpty: true })
    expect(
      takeAll(`${'- '.repeat(150)}${words}`)
        .taken.join(' ')
        .replaceAll('- ', ''),
    ).toBe(words.trim())
  })

  it('should not part a character', () => {
    expect(takeAll(`a${'𠮷'.repeat(60)}`, { maxChars: 50 }).taken).toEqual([
      `a${'𠮷'.repeat(24)}`,
      '𠮷'.repeat(25),
      '𠮷'.repeat(11),
    ])
  })

  it('should take nothing after the end', () => {
    const pieces = createSpeechPieces({ maxChars: 100 })
    pieces.finish()
    pieces.write('Late. ')
    expect([pieces.take(), pieces.isEmpty]).toEqual([undefined, true])
  })
})
