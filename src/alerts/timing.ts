const MINUTE_MS = 60_000

/** Between a failed attempt and the next; after the last of them an alert is given up on that channel. */
const RETRY_AFTER_MS = [MINUTE_MS, 5 * MINUTE_MS, 30 * MINUTE_MS, 120 * MINUTE_MS]

/** What changes within this time after the first alert goes into the same e-mail. */
export const COLLECT_MS = 15_000
/** A workspace gets no two e-mails within this time. */
export const EMAIL_INTERVAL_MS = 5 * MINUTE_MS
/** Whoever sends has this long; after it, another process takes the sender for dead and sends. */
export const LEASE_MS = 2 * MINUTE_MS
/** From the start of a webhook's request to the end of its answer. */
export const WEBHOOK_TIMEOUT_MS = 10_000
/** A webhook that failed for this long, without one success, is switched off. */
export const DISABLE_AFTER_MS = 5 * 24 * 60 * MINUTE_MS
/** How long a replaced signing secret still signs beside the new one. */
export const FORMER_SECRET_MS = 24 * 60 * MINUTE_MS

/** A moment from now, as the database keeps moments. */
export const fromNow = (ms: number): string => new Date(Date.now() + ms).toISOString()

/**
 * When to try again.
 * @param attempts how many failed so far, at least 1
 * @returns null where it is given up
 */
export function nextAttemptAt(attempts: number): string | null {
  const delay = RETRY_AFTER_MS[attempts - 1]
  return delay === undefined ? null : fromNow(delay)
}
