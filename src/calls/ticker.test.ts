import { describe, expect, it, jest } from '@jest/globals'
import { createFakeLlm } from './testing/fake-llm.ts'
import { createManualClock } from './testing/manual-clock.ts'
import { createTestCall } from './testing/test-call.ts'
import { createTicker, getSharedTicker } from './ticker.ts'

const countTimers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length

describe('ticker', () => {
  it.each([
    // The beat at 60 ms took until 95: the one of 80 comes at once, and after it nothing is made up for.
    ['keeps its rhythm over a slow beat', { beat: 3, tookMs: 35 }, [20, 40, 60, 96, 100, 120]],
    ['skips the beats that a long one swallowed', { beat: 1, tookMs: 110 }, [20, 131, 140, 160]],
  ])('%s, and holds no timer without listeners', (_what, slow, expected) => {
    jest.useFakeTimers()
    try {
      let slowMs = 0
      const now = () => performance.now() + slowMs
      const ticker = createTicker({ now })
      const beats: number[] = []
      const start = now()
      const listener = {
        tick() {
          beats.push(now() - start)
          if (beats.length === slow.beat) slowMs += slow.tookMs
          if (beats.length === expected.length) ticker.remove(listener)
        },
        fail: () => undefined,
      }
      ticker.add(listener)
      jest.advanceTimersByTime(1000)
      expect(beats).toEqual(expected)
      expect(jest.getTimerCount()).toBe(0)
    } finally {
      jest.useRealTimers()
    }
  })

  it('goes on for the others when one call throws', async () => {
    const ticker = createTicker({ intervalMs: 1 })
    const failures: unknown[] = []
    const broken = {
      tick: () => {
        throw new Error('broken')
      },
      fail: (error: unknown) => {
        failures.push(error)
        ticker.remove(broken)
      },
    }
    await new Promise<void>((resolve) => {
      ticker.add(broken)
      const well = {
        tick: () => {
          ticker.remove(well)
          resolve()
        },
        fail: () => undefined,
      }
      ticker.add(well)
    })
    expect(failures).toHaveLength(1)
  })

  it('is one for the whole process', () => {
    expect(getSharedTicker()).toBe(getSharedTicker())
  })

  it('is all that live calls hold, and is let go with the last of them', async () => {
    const before = countTimers()
    const clock = createManualClock()
    const calls = Array.from({ length: 5 }, () =>
      createTestCall({
        clock,
        agent: { greeting: 'Hello.' },
        llm: createFakeLlm(clock),
        options: { now: undefined, ticker: undefined },
      }),
    )
    for (const call of calls) call.session.start()
    await clock.advance(300)
    expect(countTimers()).toBeLessThanOrEqual(before + 1)
    const ended = Promise.all(calls.map((call) => call.session.end('shutdown')))
    await clock.advance(300)
    for (const summary of await ended) expect(summary.endedReason).toBe('shutdown')
    await new Promise((resolve) => setImmediate(resolve))
    expect(countTimers()).toBeLessThanOrEqual(before)
  })
})
