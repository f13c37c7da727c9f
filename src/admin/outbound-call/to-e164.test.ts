import { describe, expect, it } from '@jest/globals'
import { toE164 } from './to-e164.ts'

describe('toE164', () => {
  it.each([
    ['+15551234567', '+15551234567'],
    [' +1 (555) 123-4567 ', '+15551234567'],
    ['0049 30/12 34 56', '+4930123456'],
    ['+44\u00A020\u20137946.0000', '+442079460000'],
  ])('should read %j', (typed, number) => expect(toE164(typed)).toBe(number))

  it.each(['', '555 123 4567', '+0 555 1234567', '+1 555', '+1555CALLNOW', '+1234567890123456', '++15551234567'])(
    'should not take %j for a number',
    (typed) => expect(toE164(typed)).toBeUndefined(),
  )
})
