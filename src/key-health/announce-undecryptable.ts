import type { Payload } from 'payload'
import { announceKeyState, alertOfState } from './announce-key-state.ts'
import { updateWhile } from './change-key-state.ts'
import { findByCredential } from './find-by-credential.ts'
import type { HealthRecord } from './health-record.ts'

/**
 * Tells people of a key that the vault could not open; its row says so already.
 * @param options.record the row as it was before it was tried
 */
export async function announceUndecryptable({
  payload,
  record,
}: {
  payload: Payload
  record: HealthRecord
}): Promise<void> {
  const present = await findByCredential({ payload, credentialId: record.credentialId })
  if (present?.status !== 'undecryptable') return
  if (record.status === 'undecryptable') return alertOfState({ payload, record: present })
  const data = { statusSince: new Date().toISOString() }
  const updated = await updateWhile({ payload, record: present, data })
  if (updated) await announceKeyState({ payload, record: updated, from: record.status, cause: 'check' })
}
