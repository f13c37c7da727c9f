import { setImmediate } from 'node:timers/promises'

/** How long signals and the server's writers may be kept waiting, in ms. */
const HOLD_MS = 20

/**
 * Makes a function to be awaited between two steps of long work. SQLite's driver answers at once, so that such work never
 * lets the event loop turn by itself: Ctrl-C would not be heard before it ends.
 */
export function createBreather(signal: AbortSignal): () => Promise<void> {
  let lastAt = performance.now()
  return async () => {
    if (performance.now() - lastAt >= HOLD_MS) {
      await setImmediate()
      lastAt = performance.now()
    }
    signal.throwIfAborted()
  }
}
