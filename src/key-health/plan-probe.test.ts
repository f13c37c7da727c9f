import { describe, expect, it } from '@jest/globals'
import { planProbe } from './plan-probe.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const NOW = Date.parse('2026-05-01T10:00:00Z')
const waitOf = (options: Partial<Parameters<typeof planProbe>[0]>) =>
  planProbe({ status: 'valid', now: NOW, random: 0.5, ...options }) - NOW

describe('when an idle key is tested next', () => {
  it('should be as soon as its state makes worth while', () => {
    expect(waitOf({ status: 'valid' })).toBe(6 * HOUR_MS)
    expect(waitOf({ status: 'limited' })).toBe(6 * HOUR_MS)
    expect(waitOf({ status: 'out-of-credit' })).toBe(HOUR_MS)
    expect(waitOf({ status: 'unverified' })).toBe(HOUR_MS / 2)
  })

  it('should be soon after a refusal, and less often the longer it lasts', () => {
    const wait = (sinceMs: number) => waitOf({ status: 'rejected', sinceMs }) / MINUTE_MS
    expect([0, 1, 5, 10, 60].map((minutes) => wait(minutes * MINUTE_MS))).toEqual([5, 5, 5, 10, 60])
    expect(wait(100 * HOUR_MS)).toBe(24 * 60)
  })

  it('should be spread by a fifth to either side', () => {
    expect(waitOf({ random: 0 })).toBe(4.8 * HOUR_MS)
    expect(waitOf({ random: 1 })).toBe(7.2 * HOUR_MS)
    const hours = new Set(
      Array.from({ length: 1_000 }, () => Math.floor(waitOf({ random: Math.random() }) / (HOUR_MS / 2))),
    )
    // 4.8 to 7.2 hours are five half hours.
    expect([...hours].sort((one, other) => one - other)).toEqual([9, 10, 11, 12, 13, 14])
  })

  it('should be sooner after a test without an answer, and then less and less often', () => {
    const waits = [1, 2, 3, 4, 5].map((failures) => waitOf({ failures }) / MINUTE_MS)
    expect(waits).toEqual([5, 10, 20, 40, 80])
    expect(waitOf({ failures: 40 })).toBe(6 * HOUR_MS)
  })

  it('should never be sooner than the provider asked for', () => {
    expect(waitOf({ failures: 1, retryAfterMs: HOUR_MS, random: 0 })).toBe(HOUR_MS)
    expect(waitOf({ failures: 1, retryAfterMs: HOUR_MS, random: 1 })).toBe(1.2 * HOUR_MS)
    expect(waitOf({ failures: 1, retryAfterMs: 1_000 })).toBe(5 * MINUTE_MS)
  })
})
