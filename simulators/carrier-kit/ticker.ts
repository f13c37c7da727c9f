import { FRAME_MS } from '../../src/provider-kit/index.ts'

export type Ticker = {
  /**
   * Calls `onTick` once for every 20 ms from now on, late ones in a row, so that the count never drifts from the clock.
   * @param onTick gets the ideal time of the tick on the `performance.now()` clock, in ms
   * @returns stops it
   */
  subscribe(onTick: (idealMs: number) => void): () => void
  close(): void
}

/**
 * One 20 ms clock for all calls: a hundred calls cost one timer. It follows `performance.now()` absolutely, so lateness of
 * the timer never adds up, and runs after the sockets of that round were read, so that a stall of this process is not
 * mistaken for late audio. No timer runs while nobody listens.
 */
export function createTicker(): Ticker {
  const listeners = new Map<symbol, (idealMs: number) => void>()
  let nextMs = 0
  let timer: NodeJS.Timeout | undefined
  let immediate: NodeJS.Immediate | undefined

  const schedule = () => {
    timer = setTimeout(
      () => {
        immediate = setImmediate(run)
      },
      Math.max(0, nextMs - performance.now()),
    )
  }

  const run = () => {
    const now = performance.now()
    while (nextMs <= now && listeners.size > 0) {
      for (const onTick of [...listeners.values()]) onTick(nextMs)
      nextMs += FRAME_MS
    }
    if (listeners.size > 0) schedule()
    else timer = undefined
  }

  const stop = () => {
    clearTimeout(timer)
    clearImmediate(immediate)
    timer = undefined
  }

  return {
    subscribe: (onTick) => {
      const id = Symbol('listener')
      listeners.set(id, onTick)
      if (timer === undefined) {
        nextMs = performance.now() + FRAME_MS
        schedule()
      }
      return () => {
        listeners.delete(id)
        if (listeners.size === 0) stop()
      }
    },
    close: () => {
      listeners.clear()
      stop()
    },
  }
}
