import type { Capability } from './manifest.ts'

/**
 * - `valid`: the provider accepted the key
 * - `limited`: it works, some capability lacks permission
 * - `out-of-credit`: it is good, the account is empty
 * - `rejected`: the provider says the key is wrong, revoked or disabled
 * - `unreachable`: the provider did not answer (no connection, time-out, 5xx, 429)
 * - `unverified`: nothing could be learned (the provider has no check)
 */
export type KeyStatus = 'valid' | 'limited' | 'out-of-credit' | 'rejected' | 'unreachable' | 'unverified'

/** What one key can do, as the provider answered. A rate limit, a 5xx or a time-out never makes a key `rejected`. */
export type KeyVerdict = {
  status: KeyStatus
  /** One entry per capability of the manifest. */
  capabilities: Partial<Record<Capability, boolean>>
  /** A sentence for the key's owner: what is so and, where something is wrong, what to do next. */
  message: string
  /** Where the owner can mend it. */
  fixUrl?: string
  /** Balance, plan, limits, counts. Never a secret, never the provider's raw body. */
  metadata: Record<string, string | number | boolean | null>
  /** With `unreachable`: how long the provider asks to wait before the next request, in ms. */
  retryAfterMs?: number
}
