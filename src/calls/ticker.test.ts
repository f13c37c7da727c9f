import { describe, expect, it } from '@jest/globals'
import { createFakeLlm } from './testing/fake-llm.ts'
import { createManualClock } from './testing/manual-clock.ts'
import { createTestCall } from './testing/test-call.ts'
import { createTicker, getSharedTicker } from './ticker.ts'

const countTimers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length

describe('ticker', () => {
  it('keeps its rhythm over a slow beat and holds no timer without listeners', async () => {
    const before = countTimers()
    const ticker = createTicker()
    const beats: number[] = []
    const start = performance.now()
    await new Promise<void>((resolve) => {
      const listener = {
        tick() {
          beats.push(performance.now() - start)
          if (beats.length === 3) while (performance.now() - start < 95) Math.sqrt(2)
          if (beats.length < 12) return
          ticker.remove(listener)
          resolve()
        },
        fail: () => undefined,
      }
      ticker.add(listener)
    })
    await new Promise((resolve) => setImmediate(resolve))
    expect(countTimers()).toBeLessThanOrEqual(before)
    // 12 beats with one or two skipped: on a grid of 20 ms, never a pile of beats to catch up.
    expect(beats.at(-1)).toBeGreaterThan(230)
    const slots = beats.map((beat) => Math.floor((beat + 2) / 20))
    expect(new Set(slots).size).toBe(slots.length)
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
