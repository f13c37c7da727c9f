import { describe, expect, it } from '@jest/globals'
import { isFatal, reasonBlocked } from './key-usability.ts'

describe('whether a key may be used', () => {
  it('should count a key that nobody could test as good', () => {
    for (const status of ['unverified', 'unreachable'] as const) {
      expect(reasonBlocked({ key: { status, capabilities: {} }, requirement: 'telephony' })).toBeUndefined()
    }
    const key = { status: 'unverified', capabilities: { copilot: true } } as const
    expect(reasonBlocked({ key, requirement: 'copilot' })).toBeUndefined()
  })

  it('should refuse one whose form is wrong', () => {
    const reason = reasonBlocked({ key: { status: 'rejected', capabilities: {} }, requirement: 'copilot' })
    expect([reason, isFatal(reason)]).toEqual(['rejected', true])
  })
})
