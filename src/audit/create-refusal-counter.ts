/** Refusals of one actor in one log that are noted within a window. */
const LIMIT = 10
const WINDOW_MS = 60_000
/** How many actors are remembered; beyond it the oldest is forgotten, so that memory stays bounded. */
const MAX_ACTORS = 10_000

export type RefusalCounter = {
  readonly limit: number
  /** Counts a refusal. @returns which one it is within the present window, from 1 */
  count(actor: string): number
}

/** @param options.now milliseconds; only differences count */
export function createRefusalCounter({ now = Date.now }: { now?(): number } = {}): RefusalCounter {
  const windows = new Map<string, { startedAt: number; refusals: number }>()
  return {
    limit: LIMIT,
    count(actor) {
      const time = now()
      let window = windows.get(actor)
      if (!window || time - window.startedAt >= WINDOW_MS) {
        window = { startedAt: time, refusals: 0 }
        windows.delete(actor)
        windows.set(actor, window)
        const [oldest] = windows.keys()
        if (windows.size > MAX_ACTORS && oldest !== undefined) windows.delete(oldest)
      }
      window.refusals += 1
      return window.refusals
    },
  }
}
