import type { Payload, Where } from 'payload'
import type { DocumentId } from '../access/index.ts'
import { appendAuditEvent } from '../audit/index.ts'
import { ALERTS } from '../collections/slugs.ts'
import { toTenantId } from '../vault/key-record.ts'
import type { AlertKind, AlertRecord } from './alert-record.ts'
import { fromNow } from './timing.ts'

type ResolveOptions = { payload: Payload; tenant: DocumentId } & (
  | { credentialId: string; kind?: AlertKind }
  // Those that are about no key.
  | { credentialId?: undefined; kind: 'webhook-disabled' }
)

/**
 * Closes the open alerts about a key: it works again, was replaced, or is gone. The same change raises a new alert
 * afterwards. Never throws: what cannot be closed is logged.
 * @param options.kind closes alerts of that kind alone
 */
export async function resolveAlerts({ payload, tenant, credentialId, kind }: ResolveOptions): Promise<void> {
  try {
    const conditions: Where[] = [
      { tenant: { equals: toTenantId(payload, tenant) } },
      ...(credentialId === undefined ? [] : [{ credentialId: { equals: credentialId } }]),
      { resolvedAt: { exists: false } },
      ...(kind === undefined ? [] : [{ kind: { equals: kind } }]),
    ]
    const { docs } = await payload.db.find<AlertRecord>({
      collection: ALERTS,
      where: { and: conditions },
      limit: 0,
      pagination: false,
    })
    for (const { id, dedupeKey, kind: closed, provider } of docs) {
      const isClosed: unknown = await payload.db.updateOne({
        collection: ALERTS,
        where: { and: [{ id: { equals: id } }, { resolvedAt: { exists: false } }] },
        data: { resolvedAt: fromNow(0), dedupeKey: `${dedupeKey}#${id}`, updatedAt: fromNow(0) },
      })
      if (!isClosed) continue
      await appendAuditEvent({
        payload,
        tenant,
        actor: 'system',
        action: 'alert.resolved',
        subject: { collection: ALERTS, id },
        result: 'ok',
        credentialId,
        provider: provider ?? undefined,
        details: { kind: closed },
      })
    }
  } catch (error) {
    payload.logger.error({ err: error, tenantId: tenant, credentialId, msg: 'Alerts could not be closed' })
  }
}
