import type { Payload } from 'payload'
import type { DocumentId } from '../access/index.ts'
import { findDestinationProblem } from '../net/index.ts'
import { destroyTenantSecret, storeTenantSecret } from '../vault/index.ts'
import { changeAlertSettings, readAlertSettings } from './alert-settings.ts'
import { destinationRulesOf } from './post-webhook.ts'
import { resolveAlerts } from './resolve-alerts.ts'
import { createWebhookSecret } from './sign-webhook.ts'
import { FORMER_SECRET_MS, fromNow } from './timing.ts'

type Named = { payload: Payload; tenant: DocumentId }

const originOf = (url: string | null | undefined): string | undefined => (url ? new URL(url).origin : undefined)

/** What is wrong with an address as a webhook of this installation: a sentence; undefined where nothing is. */
export const findWebhookProblem = ({ payload, url }: { payload: Payload; url: string }): string | undefined =>
  findDestinationProblem(url, destinationRulesOf(payload))

/**
 * Sets where the workspace's alerts are posted, and switches a webhook on again that was switched off. A secret stays
 * with the origin that it was made for: another origin, or none, ends it.
 * @param options.url checked before by `findWebhookProblem`; null for none
 */
export async function changeWebhookUrl({ payload, tenant, url }: Named & { url: string | null }): Promise<void> {
  const { webhookUrl } = await readAlertSettings({ payload, tenant })
  const isElsewhere = Boolean(webhookUrl) && originOf(webhookUrl) !== originOf(url)
  if (isElsewhere) await destroyTenantSecret({ payload, tenant, name: 'alert-webhook' })
  await changeAlertSettings({
    payload,
    tenant,
    data: { webhookUrl: url, ...(isElsewhere ? { webhookSecretVersion: null } : {}) },
  })
  await switchWebhookOn({ payload, tenant })
}

/** Forgets that a webhook failed, and that it was switched off for that. */
export async function switchWebhookOn({ payload, tenant }: Named): Promise<void> {
  await changeAlertSettings({ payload, tenant, data: { webhookFailingSince: null, webhookDisabledAt: null } })
  await resolveAlerts({ payload, tenant, kind: 'webhook-disabled' })
}

/**
 * Makes a new signing secret. The former one signs beside it for a day.
 * @returns the secret, which cannot be read again, and until when the former is valid
 */
export async function replaceWebhookSecret({
  payload,
  tenant,
}: Named): Promise<{ secret: string; formerValidUntil: string | null }> {
  const { webhookSecretVersion: former } = await readAlertSettings({ payload, tenant })
  const secret = createWebhookSecret()
  const graceMs = FORMER_SECRET_MS
  const version = await storeTenantSecret({ payload, tenant, name: 'alert-webhook', value: secret, graceMs })
  await changeAlertSettings({ payload, tenant, data: { webhookSecretVersion: version } })
  return { secret, formerValidUntil: former ? fromNow(graceMs) : null }
}
