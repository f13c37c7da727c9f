import type { Payload } from 'payload'
import { fullFixUrl, providerName } from './alert-facts.ts'
import type { Workspace } from './alert-facts.ts'
import type { AlertRecord } from './alert-record.ts'

export type WebhookMessage = { id: string; body: string }

/** What a workspace's webhook is told of an alert. The id is the same in every attempt, so that receivers know it again. */
export function createWebhookMessage({
  payload,
  workspace,
  alert,
}: {
  payload: Payload
  workspace: Workspace
  alert: AlertRecord
}): WebhookMessage {
  const id = `alert_${alert.id}`
  const { kind, severity, message, provider, credentialId, version, from, to, raisedAt, resolvedAt } = alert
  const body = JSON.stringify({
    id,
    type: 'alert',
    createdAt: new Date(raisedAt).toISOString(),
    tenant: workspace,
    alert: {
      id: alert.id,
      kind,
      severity,
      message,
      fixUrl: fullFixUrl(payload, alert.fixUrl) ?? null,
      provider: provider ?? null,
      providerName: providerName(payload, provider) ?? null,
      credentialId: credentialId ?? null,
      version: version ?? null,
      from: from ?? null,
      to: to ?? null,
      raisedAt: new Date(raisedAt).toISOString(),
      resolvedAt: resolvedAt ? new Date(resolvedAt).toISOString() : null,
    },
  })
  return { id, body }
}
