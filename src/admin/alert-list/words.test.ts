import { describe, expect, it } from '@jest/globals'
import { deliveryLine, severityWords, stateWords } from './words.ts'

describe('the words of alerts', () => {
  it('should say where an alert stands', () => {
    expect(stateWords({}).label).toBe('Open')
    expect(stateWords({ resolvedAt: null, acknowledgedAt: '2026-01-01' }).label).toBe('Acknowledged')
    expect(stateWords({ resolvedAt: '2026-01-01', acknowledgedAt: '2026-01-01' }).label).toBe('Resolved')
    expect(severityWords('critical').label).toBe('Critical')
    expect(severityWords('unheard-of').label).toBe('unheard-of')
  })

  it('should say what came of an attempt', () => {
    expect(deliveryLine({ channel: 'webhook', ok: false, status: 503 })).toBe('Webhook: not sent, answered 503')
    expect(deliveryLine({ channel: 'email', ok: true, status: 'accepted' })).toBe(
      'E-mail: sent, taken by the mail server',
    )
  })
})
