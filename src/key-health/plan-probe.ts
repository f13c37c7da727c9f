import type { StoredKeyStatus } from '../vault/index.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** How often an idle key is tested, by what is known of it, in ms. */
const INTERVALS_MS: Record<StoredKeyStatus, number> = {
  valid: 6 * HOUR_MS,
  limited: 6 * HOUR_MS,
  // Paid for soon, by an owner who wants to see it.
  'out-of-credit': HOUR_MS,
  // A refused key hardly ever comes back.
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

export const intervalOf = (status: StoredKeyStatus): number => INTERVALS_MS[status]

type PlanOptions = {
  status: StoredKeyStatus
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
export function planProbe({ status, failures = 0, retryAfterMs = 0, now, random }: PlanOptions): number {
  const retryMs = Math.min(FIRST_RETRY_MS * 2 ** Math.max(0, failures - 1), LONGEST_RETRY_MS)
  const baseMs = failures > 0 ? retryMs : intervalOf(status)
  const spreadMs = baseMs * (1 - SPREAD + 2 * SPREAD * random)
  // Never sooner than the provider asked for; somewhat later, because it asked all of them.
  return Math.round(now + Math.max(spreadMs, retryAfterMs * (1 + SPREAD * random)))
}
