import { describe, expect, it } from '@jest/globals'
import { compareSpeech } from './compare-speech.ts'

describe('what was heard of a reply', () => {
  it('should be all of it, however it is written', () => {
    expect(compareSpeech({ said: 'we are open.  ', meant: 'We are open.', isCut: false })).toEqual({
      matched: 1,
      missing: 0,
    })
  })

  it('should lack what a gap made unreadable', () => {
    expect(compareSpeech({ said: 'we ar opn.', meant: 'We are open.', isCut: false })).toEqual({
      matched: 10 / 12,
      missing: 2,
    })
  })

  it('should be nothing of another reply', () => {
    const { matched } = compareSpeech({ said: 'i did not get it', meant: 'You are welcome, goodbye.', isCut: false })
    expect(matched).toBeLessThan(0.5)
    expect(compareSpeech({ said: '', meant: 'Goodbye.', isCut: false })).toEqual({ matched: 0, missing: 8 })
  })

  it('should be measured up to where the speaker was cut off, silence being no beginning', () => {
    expect(compareSpeech({ said: 'we serve lu', meant: 'We serve lunch.', isCut: true })).toEqual({
      matched: 1,
      missing: 0,
    })
    expect(compareSpeech({ said: '', meant: 'We serve lunch.', isCut: true }).matched).toBe(0)
  })
})
