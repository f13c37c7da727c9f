import { FRAME_MS } from '../provider-kit/index.ts'

/** What one live call does every 20 ms. */
export type Ticking = {
  tick(): void
  /** Called when `tick` threw; the other calls go on. */
  fail(error: unknown): void
}

/** One timer for many calls. It runs while it has listeners and holds no handle otherwise. */
export type Ticker = {
  add(listener: Ticking): void
  remove(listener: Ticking): void
}

const SHARED = Symbol.for('patchbay.media-ticker')

/**
 * Makes a ticker that beats every 20 ms and corrects its own drift: a beat is due at a multiple of the interval after
 * the first, however late the one before it ran. Beats that were missed altogether are skipped, not made up for.
 * @param now monotonic clock in ms
 */
export function createTicker({ intervalMs = FRAME_MS, now = () => performance.now() } = {}): Ticker {
  let listeners: readonly Ticking[] = []
  let timer: NodeJS.Timeout | undefined
  let dueAt = 0

  const arm = () => {
    timer = setTimeout(run, Math.max(0, dueAt - now()))
  }

  const run = () => {
    timer = undefined
    for (const listener of listeners) {
      try {
        listener.tick()
      } catch (error) {
        listener.fail(error)
      }
    }
    // A listener that came during the beat has armed it already.
    if (listeners.length === 0 || timer) return
    dueAt += intervalMs
    const behindMs = now() - dueAt
    if (behindMs > 0) dueAt += Math.floor(behindMs / intervalMs) * intervalMs
    arm()
  }

  return {
    add(listener) {
      listeners = [...listeners, listener]
      if (timer) return
      dueAt = now() + intervalMs
      arm()
    },
    remove(listener) {
      listeners = listeners.filter((candidate) => candidate !== listener)
      if (listeners.length > 0) return
      clearTimeout(timer)
      timer = undefined
    },
  }
}

/** The process's one ticker, shared by every module graph in it. */
export function getSharedTicker(): Ticker {
  const holder = globalThis as { [SHARED]?: Ticker }
  holder[SHARED] ??= createTicker()
  return holder[SHARED]
}
