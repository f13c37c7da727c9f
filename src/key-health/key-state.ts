import type { ProviderErrorKind } from '../provider-kit/index.ts'
import type { StoredKeyStatus } from '../vault/index.ts'

/** How one use of a key went: `ok`, or in which way the provider failed. */
export type KeyOutcome = 'ok' | ProviderErrorKind

/** What of a key's row decides the next state. */
export type KeyState = {
  status: StoredKeyStatus
  version: number
  /** The last test that had a verdict, ISO 8601. */
  checkedAt?: string | null
  /** When the status became what it is, by a test or by a use, ISO 8601. */
  statusSince?: string | null
}

/** An outcome as it was seen. */
export type SeenOutcome = {
  outcome: KeyOutcome
  /** The version of the key that was used. */
  version: number
  /** When the provider was asked, in ms since the epoch. */
  at: number
}

/** What an outcome says about the key itself; what it does not name says nothing. */
const SAYS: Partial<Record<KeyOutcome, StoredKeyStatus>> = {
  ok: 'valid',
  rejected: 'rejected',
  limited: 'limited',
  'out-of-credit': 'out-of-credit',
}

/** Whether an outcome can change a state at all. A rate limit, a 5xx, a time-out, a broken stream never does. */
export const isTelling = (outcome: KeyOutcome): boolean => SAYS[outcome] !== undefined

/**
 * The state that one use of a key brings it into; undefined where it stays as it is. An outcome of a former version, or
 * one that is older than what the state rests on, changes nothing.
 */
export function nextKeyState(state: KeyState, { outcome, version, at }: SeenOutcome): StoredKeyStatus | undefined {
  const said = SAYS[outcome]
  if (said === undefined || version !== state.version || at < restsOn(state)) return undefined
  // Within one millisecond the refusal is believed.
  if (outcome === 'ok' && at === restsOn(state)) return undefined
  const next = judge(state, said)
  return next === state.status ? undefined : next
}

function judge(state: KeyState, said: StoredKeyStatus): StoredKeyStatus {
  const { status } = state
  if (said === 'rejected' || said === 'out-of-credit') return said
  // A refused permission says that the provider knows the key, not that the account was paid.
  if (said === 'limited') return status === 'out-of-credit' ? status : said
  // What a test found missing is still missing when something else works.
  return status === 'limited' && !isLimitedByUse(state) ? status : said
}

/** Whether a use found a permission missing after the last test, and not the test itself. */
const isLimitedByUse = ({ statusSince, checkedAt }: KeyState): boolean => timeOf(statusSince) > timeOf(checkedAt)

/** The moment of the test or the use behind the present state, in ms since the epoch. */
const restsOn = ({ checkedAt, statusSince }: KeyState): number => Math.max(timeOf(checkedAt), timeOf(statusSince))

const timeOf = (text: string | null | undefined): number => (text ? Date.parse(text) : 0)
