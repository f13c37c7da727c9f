import type { StoredKeyStatus } from '../vault/index.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** How often an idle key is tested, by what is known of it, in ms. */
const INTERVALS_MS: Record<StoredKeyStatus, number> = {
  valid: 6 * HOUR_MS,
  limited: 6 * HOUR_MS,
  // Paid for soon, by an owner who wants to see it.
  'out-of-credit': HOUR_MS,
  // In the end: at first a refusal may be an outage of the provider's own.
  rejected: 24 * HOUR_MS,
  undecryptable: 24 * HOUR_MS,
  unreachable: HOUR_MS / 2,
  unverified: HOUR_MS / 2,
}

/** After a test without an answer: doubled each time, up to the longest. */
const FIRST_RETRY_MS = 5 * MINUTE_MS
const LONGEST_RETRY_MS = 6 * HOUR_MS
/** Plans are spread by this share to either side, so that keys stored together are not tested together. */
const SPREAD = 0.2

/**
 * How often a key in a state is tested, in ms. A refused one blocks calls, so it is soon asked for again, and the less
 * often the longer it has been refused.
 * @param options.sinceMs how long it has been in that state
 */
export const intervalOf = ({ status, sinceMs = 0 }: { status: StoredKeyStatus; sinceMs?: number }): number =>
  status === 'rejected' ? Math.min(Math.max(sinceMs, FIRST_RETRY_MS), INTERVALS_MS.rejected) : INTERVALS_MS[status]

type PlanOptions = {
  status: StoredKeyStatus
  /** How long the key has been in that state, in ms. */
  sinceMs?: number
  /** Tests in a row without a verdict, this one included. */
  failures?: number
  /** What the provider asked for, in ms. */
  retryAfterMs?: number
  /** In ms since the epoch. */
  now: number
  /** From 0 to 1. */
  random: number
}

/** When a key is tested next, in ms since the epoch. */
export function planProbe({ status, sinceMs, failures = 0, retryAfterMs = 0, now, random }: PlanOptions): number {
  const retryMs = Math.min(FIRST_RETRY_MS * 2 ** Math.max(0, failures - 1), LONGEST_RETRY_MS)
  const baseMs = failures > 0 ? retryMs : intervalOf({ status, sinceMs })
  const spreadMs = baseMs * (1 - SPREAD + 2 * SPREAD * random)
  // Never sooner than the provider asked for; somewhat later, because it asked all of them.
  return Math.round(now + Math.max(spreadMs, retryAfterMs * (1 + SPREAD * random)))
}
