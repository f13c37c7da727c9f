import type { Payload } from 'payload'
import { resolveAlerts } from '../alerts/index.ts'
import type { AlertKind } from '../alerts/index.ts'
import { ALERTS, PROVIDER_KEYS } from '../collections/slugs.ts'
import type { DocumentId } from '../access/membership.ts'
import { alertOfState } from './announce-key-state.ts'
import type { HealthRecord } from './health-record.ts'
import { expiryOf } from './watch-expiry.ts'

type OpenAlert = {
  tenant: DocumentId
  kind: AlertKind
  credentialId: string
  version?: number | null
  to?: string | null
}

const KINDS: AlertKind[] = ['key-state', 'key-balance', 'key-expiry']
/** Alerts looked at in one round. */
const LIMIT = 500

/**
 * Closes the alerts whose cause is gone without anybody having said so: the key was replaced or deleted, its date moved,
 * or the process that brought it back died before it closed them.
 * @param options.now in ms since the epoch
 */
export async function settleAlerts({ payload, now }: { payload: Payload; now: number }): Promise<void> {
  const { docs: alerts } = await payload.db.find<OpenAlert>({
    collection: ALERTS,
    where: { and: [{ resolvedAt: { exists: false } }, { kind: { in: KINDS } }] },
    sort: 'raisedAt',
    limit: LIMIT,
    pagination: false,
  })
  if (alerts.length === 0) return
  const { docs: records } = await payload.db.find<HealthRecord>({
    collection: PROVIDER_KEYS,
    where: { credentialId: { in: [...new Set(alerts.map(({ credentialId }) => credentialId))] } },
    limit: 0,
    pagination: false,
  })
  const byCredential = new Map(records.map((record) => [record.credentialId, record]))
  for (const alert of alerts) {
    const { tenant, kind, credentialId } = alert
    const record = byCredential.get(credentialId)
    if (record && isStillSo(alert, record, now)) continue
    await resolveAlerts({ payload, tenant, credentialId, kind })
    if (record && kind === 'key-state') await alertOfState({ payload, record })
  }
}

function isStillSo({ kind, version, to }: OpenAlert, record: HealthRecord, now: number): boolean {
  if (version !== record.version) return false
  if (kind === 'key-state') return to === record.status
  return kind !== 'key-expiry' || expiryOf(record, now) !== undefined
}
