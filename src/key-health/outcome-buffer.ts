import type { DocumentId } from '../access/membership.ts'
import type { SeenOutcome } from './key-state.ts'

/** Whose key it was, by its public id. */
export type UsedKey = { tenant: DocumentId; provider: string; credentialId: string }

/** One use of a key and how it went. */
export type UseOutcome = UsedKey & SeenOutcome & { purpose: string; callId?: string }

/** So many uses of one kind on one day (UTC). */
export type UseCount = { tenant: string; provider: string; credentialId: string } & {
  day: string
  purpose: string
  outcome: string
  count: number
}

/** The newest that is known of the uses of one key, in ms since the epoch. */
export type LastUse = UsedKey & {
  usedAt: number
  succeededAt?: number
  failedAt?: number
  failureKind?: string
  /** The success that may bring the key back. */
  success?: UseOutcome
}

export type OutcomeBatch = { counts: UseCount[]; uses: LastUse[] }

export type OutcomeBuffer = {
  add(use: UseOutcome): void
  /** Puts back what could not be written. */
  restore(batch: OutcomeBatch): void
  /** Everything since the last time; undefined where there is nothing. */
  take(): OutcomeBatch | undefined
}

/** The outcome of the row that counts calls instead of uses. */
export const CALLS = 'calls'

/** Calls remembered, so that each counts once for each key. */
const REMEMBERED_CALLS = 20_000

/** Collects uses between two writes. What it holds grows with the keys in use, not with their uses. */
export function createOutcomeBuffer(): OutcomeBuffer {
  const counts = new Map<string, UseCount>()
  const uses = new Map<string, LastUse>()
  const calls = new Set<string>()

  const count = (entry: UseCount) => {
    const name = JSON.stringify([entry.credentialId, entry.day, entry.purpose, entry.outcome])
    const known = counts.get(name)
    if (known) known.count += entry.count
    else counts.set(name, { ...entry })
  }

  const isNewCall = (credentialId: string, callId: string): boolean => {
    const name = `${credentialId} ${callId}`
    if (calls.has(name)) return false
    calls.add(name)
    const [oldest] = calls
    if (calls.size > REMEMBERED_CALLS && oldest !== undefined) calls.delete(oldest)
    return true
  }

  return {
    add(use) {
      const { tenant, provider, credentialId, purpose, outcome, callId, at } = use
      const entry = { tenant: String(tenant), provider, credentialId, day: dayOf(at), purpose, count: 1 }
      count({ ...entry, outcome })
      if (callId !== undefined && isNewCall(credentialId, callId)) count({ ...entry, outcome: CALLS })
      uses.set(credentialId, newest(uses.get(credentialId), toLastUse(use)))
    },
    restore(batch) {
      for (const entry of batch.counts) count(entry)
      for (const use of batch.uses) uses.set(use.credentialId, newest(use, uses.get(use.credentialId) ?? use))
    },
    take() {
      if (counts.size === 0 && uses.size === 0) return undefined
      const batch = { counts: [...counts.values()], uses: [...uses.values()] }
      counts.clear()
      uses.clear()
      return batch
    },
  }
}

/** The UTC day of a moment, `2026-11-21`. */
export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10)

function toLastUse(use: UseOutcome): LastUse {
  const { tenant, provider, credentialId, outcome, at } = use
  const key = { tenant, provider, credentialId, usedAt: at }
  return outcome === 'ok' ? { ...key, succeededAt: at, success: use } : { ...key, failedAt: at, failureKind: outcome }
}

/** Both in one, where the later moment of each kind counts. */
function newest(one: LastUse | undefined, other: LastUse): LastUse {
  if (!one) return other
  const later = (other.failedAt ?? 0) >= (one.failedAt ?? 0) ? other : one
  return {
    ...one,
    usedAt: Math.max(one.usedAt, other.usedAt),
    succeededAt: laterOf(one.succeededAt, other.succeededAt),
    failedAt: later.failedAt,
    failureKind: later.failureKind,
    success: (other.success?.at ?? 0) >= (one.success?.at ?? 0) ? other.success : one.success,
  }
}

const laterOf = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined ? (one ?? other) : Math.max(one, other)
