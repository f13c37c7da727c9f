export type AttemptLimiter = {
  /** Counts an attempt. @returns 0 when it may go on, else how many seconds the client should wait */
  take(client: string): number
  /** Takes one back that was no attempt to guess. */
  giveBack(client: string): void
}

type AttemptLimiterOptions = {
  /** Attempts that one client has in a window. */
  limit: number
  windowMs: number
  /** Milliseconds; only differences count. */
  now?(): number
}

type Window = { startedAt: number; attempts: number }

/** How many clients are remembered; beyond it the oldest window is forgotten, so that memory stays bounded. */
const MAX_CLIENTS = 10_000

/** Counts attempts per client in fixed windows, in this process alone. */
export function createAttemptLimiter({ limit, windowMs, now = Date.now }: AttemptLimiterOptions): AttemptLimiter {
  const windows = new Map<string, Window>()

  return {
    take(client) {
      const time = now()
      let window = windows.get(client)
      if (!window || time - window.startedAt >= windowMs) {
        window = { startedAt: time, attempts: 0 }
        windows.delete(client)
        windows.set(client, window)
        const [oldest] = windows.keys()
        if (windows.size > MAX_CLIENTS && oldest !== undefined) windows.delete(oldest)
      }
      window.attempts += 1
      return window.attempts <= limit ? 0 : Math.max(1, Math.ceil((window.startedAt + windowMs - time) / 1000))
    },
    giveBack(client) {
      const window = windows.get(client)
      if (window) window.attempts = Math.max(0, window.attempts - 1)
    },
  }
}
