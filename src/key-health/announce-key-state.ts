import type { Payload } from 'payload'
import { raiseAlert, resolveAlerts } from '../alerts/index.ts'
import { appendAuditEvent } from '../audit/index.ts'
import { ALERTS, PROVIDER_KEYS } from '../collections/slugs.ts'
import { SETUP_URL } from '../services/index.ts'
import type { StoredKeyStatus } from '../vault/index.ts'
import { findStopped } from './find-stopped.ts'
import type { HealthRecord } from './health-record.ts'
import { messageOfAlert } from './key-messages.ts'

/** The states that somebody has to act on. */
const SEVERITIES: Partial<Record<StoredKeyStatus, 'critical' | 'warning'>> = {
  rejected: 'critical',
  'out-of-credit': 'critical',
  undecryptable: 'critical',
  limited: 'warning',
}

/** Whether somebody has to act on a state. */
export const isTroubled = (status: StoredKeyStatus): boolean => SEVERITIES[status] !== undefined

type AnnounceOptions = {
  payload: Payload
  /** The row after the change. */
  record: HealthRecord
  from: StoredKeyStatus
  /** What showed it: the purpose of a use, or `check`. */
  cause: string
}

/** Tells people that a key's state changed: an audit event, and an alert where they have to act. Never throws. */
export async function announceKeyState({ payload, record, from, cause }: AnnounceOptions): Promise<void> {
  const { tenant, provider, credentialId, version, status } = record
  payload.logger.info({ event: 'key.state-changed', provider, credentialId, version, from, to: status, cause })
  await appendAuditEvent({
    payload,
    tenant,
    actor: 'system',
    action: 'key.state-changed',
    subject: { collection: PROVIDER_KEYS, id: provider },
    result: isTroubled(status) ? 'failed' : 'ok',
    provider,
    credentialId,
    version,
    purpose: cause,
    details: { from, to: status },
  })
  // The alert of the former trouble is over, whatever came after it.
  await resolveAlerts({ payload, tenant, credentialId, kind: 'key-state' })
  await alertOfState({ payload, record, from })
}

/** Raises the alert of a state that somebody has to act on; where it is open already nothing happens. Never throws. */
export async function alertOfState({
  payload,
  record,
  from,
}: Pick<AnnounceOptions, 'payload' | 'record'> & { from?: StoredKeyStatus }): Promise<void> {
  const { tenant, provider, credentialId, version, status } = record
  const severity = SEVERITIES[status]
  if (!severity) return
  try {
    if (status === 'limited' && (await wasToldLately({ payload, record }))) return
    const stopped = await findStopped({ payload, record })
    await raiseAlert({
      payload,
      tenant,
      kind: 'key-state',
      severity,
      provider,
      credentialId,
      version,
      from,
      to: status,
      message: messageOfAlert({ payload, record, stopped }),
      fixUrl: record.fixUrl ?? `${SETUP_URL}/${provider}`,
      dedupeKey: `key-state:${credentialId}:${version}:${status}`,
    })
  } catch (err) {
    payload.logger.error({ err, provider, credentialId, msg: 'People could not be told that a key changed' })
  }
}

/** Two agents of which one asks for what the plan lacks make a key limited and good in turns. */
const LIMIT_TOLD_EVERY_MS = 24 * 3_600_000

async function wasToldLately({ payload, record }: { payload: Payload; record: HealthRecord }): Promise<boolean> {
  const { credentialId, version, status } = record
  const { totalDocs } = await payload.db.count({
    collection: ALERTS,
    where: {
      and: [
        { credentialId: { equals: credentialId } },
        { version: { equals: version } },
        { to: { equals: status } },
        { raisedAt: { greater_than: new Date(Date.now() - LIMIT_TOLD_EVERY_MS).toISOString() } },
      ],
    },
  })
  return totalDocs > 0
}
