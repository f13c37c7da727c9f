import { randomBytes } from 'node:crypto'

/** Tickets for one media socket each: 256 random bits, single-use, short-lived, bound to what they were issued for. */
export type MediaTokens<Bound> = {
  issue(bound: Bound): string
  /** Takes the token out of circulation. @returns what it was issued for; undefined when unknown, used or stale */
  take(token: string): Bound | undefined
}

/** @param options.lifetimeMs how long a carrier may take to dial the stream URL */
export function createMediaTokens<Bound>({
  lifetimeMs,
  now = Date.now,
}: {
  lifetimeMs: number
  now?: () => number
}): MediaTokens<Bound> {
  const issued = new Map<string, { bound: Bound; expiresAt: number }>()
  return {
    issue(bound) {
      const time = now()
      for (const [token, { expiresAt }] of issued) {
        if (expiresAt > time) break
        issued.delete(token)
      }
      const token = randomBytes(32).toString('base64url')
      issued.set(token, { bound, expiresAt: time + lifetimeMs })
      return token
    },
    take(token) {
      const entry = issued.get(token)
      issued.delete(token)
      return entry && entry.expiresAt > now() ? entry.bound : undefined
    },
  }
}
