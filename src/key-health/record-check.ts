import type { Payload } from 'payload'
import { verdictData } from '../vault/key-record.ts'
import type { KeyRecord, RecordedVerdict } from '../vault/index.ts'
import { announceKeyState, isTroubled, alertOfState } from './announce-key-state.ts'
import { updateWhile } from './change-key-state.ts'
import { findByCredential } from './find-by-credential.ts'
import type { HealthFields, HealthRecord } from './health-record.ts'
import { watchBalance } from './watch-balance.ts'

/** Silence and doubt change nothing of what is known about a key. */
export const isConclusive = ({ status }: Pick<RecordedVerdict, 'status'>): boolean =>
  status !== 'unreachable' && status !== 'unverified'

type RecordCheckOptions = {
  payload: Payload
  /** The key as it was when the test began. */
  record: KeyRecord
  /** A conclusive one. */
  verdict: RecordedVerdict
  /** Written along with it. */
  plan?: Pick<HealthFields, 'nextProbeAt' | 'probeFailures'>
}

/** Another node may change the row between our look and our write. */
const ATTEMPTS = 5

/**
 * Writes what a test of a stored key found, beside the version that was tested, keeps the balance that came with it, and
 * tells people where the state changed.
 * @returns the row as it is then; undefined where the key is gone or was replaced meanwhile
 */
export async function recordCheck(options: RecordCheckOptions): Promise<HealthRecord | undefined> {
  const { payload, verdict, plan = { nextProbeAt: null, probeFailures: 0 } } = options
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const record = await findByCredential({ payload, credentialId: options.record.credentialId })
    if (!record || record.version !== options.record.version) return undefined
    const isChange = record.status !== verdict.status
    const balance = watchBalance({ payload, record, verdict })
    const updated = await updateWhile({
      payload,
      record,
      data: {
        ...verdictData(verdict),
        ...plan,
        ...(isChange ? {} : { statusSince: record.statusSince ?? null }),
        ...balance.data,
      },
    })
    if (!updated) continue
    if (isChange) await announceKeyState({ payload, record: updated, from: record.status, cause: 'check' })
    // Whoever wrote the change may have died before telling.
    else if (isTroubled(updated.status)) await alertOfState({ payload, record: updated })
    await balance.tell(updated)
    return updated
  }
  return undefined
}
