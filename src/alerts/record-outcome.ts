import type { Payload } from 'payload'
import { appendAuditEvent } from '../audit/index.ts'
import { ALERTS } from '../collections/slugs.ts'
import { COLUMNS } from './alert-record.ts'
import type { AlertChannel, AlertRecord, DeliveryOutcome } from './alert-record.ts'
import { nextAttemptAt } from './timing.ts'

/** No use in trying these again. */
const FINAL: ReadonlySet<DeliveryOutcome['status']> = new Set(['nobody-to-tell', 'not-set-up', 410])

type Options = { payload: Payload; alert: AlertRecord; channel: AlertChannel; outcome: DeliveryOutcome }

/** Writes down how an attempt went and when the next is due; the last word on a channel goes into the audit log. */
export async function recordOutcome({ payload, alert, channel, outcome }: Options): Promise<void> {
  const { dueAt, outcomes } = COLUMNS[channel]
  const all = [...(alert[outcomes] ?? []), outcome]
  const next = outcome.ok || FINAL.has(outcome.status) ? null : nextAttemptAt(all.length)
  await payload.db.updateOne({
    collection: ALERTS,
    where: { id: { equals: alert.id } },
    data: { [dueAt]: next, [outcomes]: all },
  })
  if (next !== null) return
  await appendAuditEvent({
    payload,
    tenant: alert.tenant,
    actor: 'system',
    action: 'alert.sent',
    subject: { collection: ALERTS, id: alert.id },
    result: outcome.ok ? 'ok' : 'failed',
    provider: alert.provider ?? undefined,
    details: { channel, attempts: all.length, status: outcome.status },
  })
}
