import { describe, expect, it } from '@jest/globals'
import { createWordBuilder } from './word-builder.ts'

/** An alignment with 10 ms for each character. */
const aligned = (text: string, firstMs = 0) => {
  const chars = [...text]
  return { chars, starts: chars.map((_, index) => firstMs + index * 10), durations: chars.map(() => 10) }
}

describe('words from characters', () => {
  it('should join a word that begins in one chunk and ends in the next', () => {
    const words = createWordBuilder()
    expect(words.add(aligned('Good mor'), 0)).toEqual([{ text: 'Good', startMs: 0, endMs: 40 }])
    expect(words.add(aligned('ning. '), 80)).toEqual([{ text: 'morning.', startMs: 50, endMs: 130 }])
    expect(words.flush()).toEqual([])
  })

  it('should shift a chunk by the audio before it, pauses included', () => {
    const words = createWordBuilder()
    words.add(aligned('One '), 0)
    expect(words.add(aligned('two ', 5), 1000)).toEqual([{ text: 'two', startMs: 1005, endMs: 1035 }])
  })

  it('should not go back where an alignment reached further than its audio', () => {
    const words = createWordBuilder()
    words.add(aligned('A long beginning '), 0)
    expect(words.add(aligned('end '), 60)).toEqual([{ text: 'end', startMs: 170, endMs: 200 }])
  })

  it('should end words at any blank, and give the last one when asked', () => {
    const words = createWordBuilder()
    expect(words.add(aligned('a\nb\u00a0 c'), 0).map(({ text }) => text)).toEqual(['a', 'b'])
    expect(words.flush()).toEqual([{ text: 'c', startMs: 50, endMs: 60 }])
    expect(words.flush()).toEqual([])
  })
})
