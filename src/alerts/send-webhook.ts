import type { Payload } from 'payload'
import { ALERTS } from '../collections/slugs.ts'
import type { Workspace } from './alert-facts.ts'
import type { AlertRecord, DeliveryOutcome } from './alert-record.ts'
import { changeAlertSettings, hasWebhook, readAlertSettings } from './alert-settings.ts'
import type { AlertSettings } from './alert-settings.ts'
import { postWebhook } from './post-webhook.ts'
import { raiseAlert } from './raise-alert.ts'
import { recordOutcome } from './record-outcome.ts'
import { DISABLE_AFTER_MS, LEASE_MS, fromNow } from './timing.ts'
import { createWebhookMessage } from './webhook-message.ts'

/** The receiver says that it wants no more. */
const GONE = 410

type Options = { payload: Payload; workspace: Workspace; alert: AlertRecord; timeoutMs?: number; signal: AbortSignal }

/**
 * Tries to tell the workspace's webhook of an alert that is due, unless another process does.
 * @returns whether more may follow at once
 */
export async function sendWebhook({ payload, workspace, alert, timeoutMs, signal }: Options): Promise<boolean> {
  if (!(await claim({ payload, alert }))) return true
  const settings = await readAlertSettings({ payload, tenant: alert.tenant })
  const outcome = await attempt({ payload, workspace, alert, settings, timeoutMs, signal })
  // Cut short because this process ends: another tries it when the lease is over.
  if (signal.aborted && !outcome.ok) return false
  await recordOutcome({ payload, alert, channel: 'webhook', outcome })
  if (outcome.status !== 'not-set-up') await noteHealth({ payload, alert, settings, outcome })
  return outcome.ok
}

/** Of several processes that see an alert due, one gets it. */
async function claim({ payload, alert: { id, webhookDueAt } }: Pick<Options, 'payload' | 'alert'>): Promise<boolean> {
  const claimed: unknown = await payload.db.updateOne({
    collection: ALERTS,
    where: { and: [{ id: { equals: id } }, { webhookDueAt: { equals: webhookDueAt } }] },
    data: { webhookDueAt: fromNow(LEASE_MS) },
  })
  return Boolean(claimed)
}

async function attempt(options: Options & { settings: AlertSettings }): Promise<DeliveryOutcome> {
  const { payload, workspace, alert, settings, timeoutMs, signal } = options
  const url = settings.webhookUrl
  if (!url || !hasWebhook(settings)) return { at: fromNow(0), ok: false, status: 'not-set-up' }
  const message = createWebhookMessage({ payload, workspace, alert })
  return postWebhook({ payload, tenant: alert.tenant, url, message, signal, timeoutMs })
}

/** Keeps since when a webhook fails, and switches it off where that has gone on for days. */
async function noteHealth({
  payload,
  alert: { tenant },
  settings,
  outcome,
}: Pick<Options, 'payload' | 'alert'> & { settings: AlertSettings; outcome: DeliveryOutcome }): Promise<void> {
  const since = settings.webhookFailingSince
  const where = [{ webhookUrl: { equals: settings.webhookUrl } }]
  if (outcome.ok) {
    if (since) await changeAlertSettings({ payload, tenant, data: { webhookFailingSince: null }, where })
    return
  }
  const isOver = outcome.status === GONE || (since && Date.now() - Date.parse(since) > DISABLE_AFTER_MS)
  if (!since && !isOver) {
    await changeAlertSettings({ payload, tenant, data: { webhookFailingSince: outcome.at }, where })
  }
  if (!isOver) return
  const isDisabled = await changeAlertSettings({
    payload,
    tenant,
    data: { webhookDisabledAt: outcome.at },
    where: [...where, { webhookDisabledAt: { exists: false } }],
  })
  if (!isDisabled) return
  await raiseAlert({
    payload,
    tenant,
    kind: 'webhook-disabled',
    severity: 'warning',
    message:
      outcome.status === GONE
        ? 'The webhook for alerts was switched off: its server said that it is gone. Send a test from the alert settings to switch it on.'
        : 'The webhook for alerts was switched off: it has failed for five days. Send a test from the alert settings to switch it on.',
    fixUrl: '/admin/settings/alerts',
    dedupeKey: `webhook-disabled:${outcome.at}`,
  })
}
