import type { Payload } from 'payload'
import type { StoredKeyStatus } from '../vault/index.ts'
import type { HealthRecord } from './health-record.ts'

type AnnounceOptions = {
  payload: Payload
  /** The row after the change. */
  record: HealthRecord
  from: StoredKeyStatus
  /** What showed it: the purpose of a use, or `check`. */
  cause: string
}

/** Tells people that a key's state changed. Never throws. */
export async function announceKeyState({ payload, record, from, cause }: AnnounceOptions): Promise<void> {
  const { provider, credentialId, version, status } = record
  payload.logger.info({
    event: 'key.changed',
    provider,
    credentialId,
    version,
    from,
    to: status,
    cause,
    msg: 'A key changed',
  })
}
