import { describe, expect, it } from '@jest/globals'
import { createProviderPace } from './provider-pace.ts'

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS

describe('the pace of tests', () => {
  it('should be at most so many of one provider within any minute', () => {
    const pace = createProviderPace({ perMinute: 10 })
    const taken: number[] = []
    for (let now = 0; now < 10 * MINUTE_MS; now += SECOND_MS) if (pace.take('telnyx', now)) taken.push(now)
    expect(taken).toHaveLength(100)
    for (const from of taken) {
      expect(taken.filter((at) => at >= from && at < from + MINUTE_MS).length).toBeLessThanOrEqual(10)
    }
  })

  it('should be counted for each provider alone', () => {
    const pace = createProviderPace({ perMinute: 1 })
    expect([pace.take('telnyx', 0), pace.take('telnyx', 0), pace.take('openai', 0)]).toEqual([true, false, true])
    expect([pace.isOpen('telnyx', 0), pace.isOpen('deepgram', 0)]).toEqual([false, true])
  })

  it('should stop for as long as the provider asks, within reason', () => {
    const pace = createProviderPace()
    pace.pause('telnyx', 30 * SECOND_MS, 0)
    expect(pace.take('telnyx', 29 * SECOND_MS)).toBe(false)
    expect(pace.take('telnyx', 30 * SECOND_MS)).toBe(true)
    // One account's answer does not stop the others for a day.
    pace.pause('openai', 24 * 60 * MINUTE_MS, 0)
    expect(pace.take('openai', 5 * MINUTE_MS - 1)).toBe(false)
    expect(pace.take('openai', 5 * MINUTE_MS)).toBe(true)
  })

  it('should stop for a while when a provider is silent again and again', () => {
    const pace = createProviderPace({ silences: 3, silenceMs: MINUTE_MS })
    pace.noteSilence('telnyx', 0)
    pace.noteSilence('telnyx', 0)
    pace.noteAnswer('telnyx')
    pace.noteSilence('telnyx', 0)
    pace.noteSilence('telnyx', 0)
    expect(pace.isOpen('telnyx', 0)).toBe(true)
    pace.noteSilence('telnyx', 0)
    expect(pace.isOpen('telnyx', MINUTE_MS - 1)).toBe(false)
    expect(pace.isOpen('telnyx', MINUTE_MS)).toBe(true)
  })
})
