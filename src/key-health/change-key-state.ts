import type { Payload } from 'payload'
import { PROVIDER_KEYS } from '../collections/slugs.ts'
import { isUsableStatus } from '../vault/index.ts'
import type { KeyRecord, StoredKeyStatus } from '../vault/index.ts'
import { findByCredential } from './find-by-credential.ts'
import type { HealthRecord } from './health-record.ts'
import { nextKeyState } from './key-state.ts'
import { announceKeyState } from './announce-key-state.ts'
import { messageOfUse } from './key-messages.ts'
import type { UseOutcome } from './outcome-buffer.ts'

/** Another node may change the row between our look and our write; after so many times the newest state stands. */
const ATTEMPTS = 5

/**
 * Brings a key into the state that one use of it says, in one conditional write; of several nodes that saw the same one
 * wins, and announces the change.
 */
export async function changeKeyState({ payload, use }: { payload: Payload; use: UseOutcome }): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const record = await findByCredential({ payload, credentialId: use.credentialId })
    if (!record || String(record.tenant) !== String(use.tenant)) return
    const status = nextKeyState(record, use)
    if (status === undefined) return
    const at = new Date(use.at).toISOString()
    const changed = await updateWhile({
      payload,
      record,
      data: {
        status,
        isActive: isUsableStatus(status),
        statusSince: at,
        ...messageOfUse({ payload, record, status }),
        // Planned anew by the next round: every status has its own pace.
        nextProbeAt: null,
        probeFailures: 0,
        ...(use.outcome === 'ok' ? { lastSucceededAt: at } : { lastFailedAt: at, lastFailureKind: use.outcome }),
      },
    })
    if (changed) return announceKeyState({ payload, record: changed, from: record.status, cause: use.purpose })
  }
}

type UpdateOptions = {
  payload: Payload
  record: KeyRecord
  data: Partial<Omit<HealthRecord, 'id' | 'tenant' | 'provider' | 'credentialId' | 'createdAt'>> & {
    status?: StoredKeyStatus
  }
}

/**
 * Writes to a key's row while its version and its status are those of `record`, in one statement.
 * @returns undefined where somebody else was faster
 */
export async function updateWhile({ payload, record, data }: UpdateOptions): Promise<HealthRecord | undefined> {
  const { credentialId, version, status } = record
  const updated: unknown = await payload.db.updateOne({
    collection: PROVIDER_KEYS,
    where: {
      and: [
        { credentialId: { equals: credentialId } },
        { version: { equals: version } },
        { status: { equals: status } },
      ],
    },
    data: { ...data, updatedAt: new Date().toISOString() },
    options: { atomic: true },
  })
  return (updated as HealthRecord | null) ?? undefined
}
