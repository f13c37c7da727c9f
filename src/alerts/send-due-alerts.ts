import type { Payload } from 'payload'
import { idOf } from '../access/index.ts'
import { ALERTS } from '../collections/slugs.ts'
import { findWorkspace } from './alert-facts.ts'
import type { AlertRecord } from './alert-record.ts'
import { sendEmail } from './send-email.ts'
import { sendWebhook } from './send-webhook.ts'

/** Bounds the work of one round; what is left waits for the next. */
const ROUND_SIZE = 200
/** Workspaces served side by side, so that one with a slow webhook holds nobody up. */
const AT_ONCE = 10
/** After it a workspace's further webhooks wait for the next round. */
const WORKSPACE_BUDGET_MS = 5_000

type Options = {
  payload: Payload
  /** Ends webhooks that are under way; they are sent again later. */
  signal?: AbortSignal
  /** Of one webhook. */
  webhookTimeoutMs?: number
}

/** Sends whatever is due, of all workspaces, that no other process is sending. Never fails for one alert's sake. */
export async function sendDueAlerts({ payload, signal, webhookTimeoutMs }: Options): Promise<void> {
  const waiting = [...groupByTenant(await findDue(payload)).values()]
  const workers = Array.from({ length: Math.min(AT_ONCE, waiting.length) }, async () => {
    for (let alerts = waiting.shift(); alerts && !signal?.aborted; alerts = waiting.shift()) {
      await sendOfWorkspace({ payload, alerts, signal, webhookTimeoutMs }).catch((error: unknown) =>
        payload.logger.error({ err: error, msg: 'The alerts of a workspace could not be sent' }),
      )
    }
  })
  await Promise.all(workers)
}

const isDue = (dueAt: string | null | undefined, now: string): boolean => Boolean(dueAt && dueAt <= now)

async function findDue(payload: Payload): Promise<AlertRecord[]> {
  const due = { less_than_equal: new Date().toISOString() }
  const { docs } = await payload.db.find<AlertRecord>({
    collection: ALERTS,
    where: { or: [{ webhookDueAt: due }, { emailDueAt: due }] },
    sort: 'raisedAt',
    limit: ROUND_SIZE,
    pagination: false,
  })
  return docs
}

function groupByTenant(alerts: AlertRecord[]): Map<string, AlertRecord[]> {
  const groups = new Map<string, AlertRecord[]>()
  for (const alert of alerts) {
    const tenant = idOf(alert.tenant)
    if (tenant === undefined) continue
    const group = groups.get(String(tenant)) ?? []
    groups.set(String(tenant), group)
    group.push({ ...alert, tenant })
  }
  return groups
}

async function sendOfWorkspace({
  payload,
  alerts,
  signal = new AbortController().signal,
  webhookTimeoutMs,
}: Options & { alerts: AlertRecord[] }): Promise<void> {
  const [first] = alerts
  const workspace = first && (await findWorkspace({ payload, tenant: first.tenant }))
  if (!first || !workspace) return
  const now = new Date().toISOString()
  const endsAt = Date.now() + WORKSPACE_BUDGET_MS
  if (alerts.some(({ emailDueAt }) => isDue(emailDueAt, now))) {
    await sendEmail({ payload, tenant: first.tenant, workspace })
  }
  for (const alert of alerts.filter(({ webhookDueAt }) => isDue(webhookDueAt, now))) {
    const mayGoOn = await sendWebhook({
      payload,
      workspace,
      alert,
      signal,
      timeoutMs: webhookTimeoutMs,
    })
    if (!mayGoOn || signal.aborted || Date.now() > endsAt) return
  }
}
