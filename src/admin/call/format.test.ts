import { describe, expect, it } from '@jest/globals'
import { toClock, toCount, toShortTime } from './format.ts'

describe('how a call is put into words', () => {
  it('should show a length of time as a clock does', () => {
    expect([0, 7.9, 65, 750, 3_723].map(toClock)).toEqual(['0:00', '0:07', '1:05', '12:30', '1:02:03'])
  })

  it('should show short times in the unit that fits', () => {
    expect([8.4, 820, 1_350].map(toShortTime)).toEqual(['8\u00a0ms', '820\u00a0ms', '1.4\u00a0s'])
  })

  it('should count in good grammar', () => {
    expect([toCount(1, 'request'), toCount(1_204, 'character')]).toEqual(['1 request', '1,204 characters'])
  })
})
