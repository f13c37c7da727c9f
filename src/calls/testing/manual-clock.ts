import { FRAME_MS } from '../../provider-kit/index.ts'
import type { Ticker, Ticking } from '../ticker.ts'

/** A clock that moves only when told, with the ticker and the schedule that run on it. */
export type ManualClock = {
  now(): number
  ticker: Ticker
  /** Listeners of the ticker: 0 when nothing is left open. */
  listeners(): number
  /** Runs something in so many ms; 0 runs it in the next step. */
  after(ms: number, run: () => void): void
  /** Moves on, running ticks and what was scheduled in order, and lets promises settle at every step. */
  advance(ms: number): Promise<void>
  /** Advances until a condition holds. @throws when it does not within `limitMs` */
  until(condition: () => boolean, limitMs?: number): Promise<void>
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

export function createManualClock(start = 1_000): ManualClock {
  let time = start
  let nextTick = start + FRAME_MS
  let ticking: Ticking[] = []
  const scheduled: { at: number; run: () => void }[] = []

  const runTick = () => {
    nextTick += FRAME_MS
    for (const listener of ticking.slice()) {
      try {
        listener.tick()
      } catch (error) {
        listener.fail(error)
      }
    }
  }

  const advance = async (ms: number) => {
    const target = time + ms
    await settle()
    for (;;) {
      scheduled.sort((left, right) => left.at - right.at)
      const first = scheduled[0]
      const next = Math.min(first?.at ?? Number.POSITIVE_INFINITY, nextTick)
      if (next > target) break
      time = Math.max(time, next)
      if (first && first.at <= nextTick) {
        scheduled.shift()
        first.run()
      } else runTick()
      await settle()
    }
    time = target
  }

  return {
    now: () => time,
    ticker: {
      add: (listener) => {
        ticking = [...ticking, listener]
      },
      remove: (listener) => {
        ticking = ticking.filter((candidate) => candidate !== listener)
      },
    },
    listeners: () => ticking.length,
    after: (ms, run) => {
      scheduled.push({ at: time + ms, run })
    },
    advance,
    async until(condition, limitMs = 30_000) {
      const giveUpAt = time + limitMs
      await settle()
      while (!condition()) {
        if (time >= giveUpAt) throw new Error(`Nothing came of it within ${limitMs} ms`)
        await advance(FRAME_MS / 2)
      }
    },
  }
}
