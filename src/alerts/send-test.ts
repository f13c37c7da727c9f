import { randomUUID } from 'node:crypto'
import type { Payload } from 'payload'
import type { DocumentId } from '../access/index.ts'
import { compositionOf } from '../composition.ts'
import { findWorkspace } from './alert-facts.ts'
import type { AlertRecord, DeliveryOutcome } from './alert-record.ts'
import { readAlertSettings } from './alert-settings.ts'
import { switchWebhookOn } from './change-webhook.ts'
import { createEmailMessage } from './email-message.ts'
import { postEmail } from './post-email.ts'
import { postWebhook } from './post-webhook.ts'
import { fromNow } from './timing.ts'
import { createWebhookMessage } from './webhook-message.ts'

/** How a test went on each channel; null for one that is not set up. */
export type TestOutcome = { email: DeliveryOutcome | null; webhook: DeliveryOutcome | null }

/**
 * Sends a made-up alert by every channel that is set up, once and at once: the mail goes to the person who asked alone.
 * A webhook that was switched off is tried as well, and on again where it answers.
 */
export async function sendTestAlert({
  payload,
  tenant,
  recipient,
}: {
  payload: Payload
  tenant: DocumentId
  recipient: string
}): Promise<TestOutcome> {
  const [settings, workspace] = await Promise.all([
    readAlertSettings({ payload, tenant }),
    findWorkspace({ payload, tenant }),
  ])
  if (!workspace) return { email: null, webhook: null }
  const alert: AlertRecord = {
    id: `test_${randomUUID()}`,
    tenant,
    kind: 'test',
    severity: 'info',
    message: 'This is a test. Alerts of this workspace arrive here.',
    fixUrl: '/admin/settings/alerts',
    raisedAt: fromNow(0),
    dedupeKey: '',
  }
  const { webhookUrl, webhookSecretVersion, emailOwners } = settings
  const canMail = emailOwners && compositionOf(payload).environment.email !== undefined
  const [email, webhook] = await Promise.all([
    canMail
      ? postEmail({
          payload,
          recipients: [recipient],
          message: createEmailMessage({ payload, workspace, alerts: [alert] }),
        })
      : null,
    webhookUrl && webhookSecretVersion
      ? postWebhook({ payload, tenant, url: webhookUrl, message: createWebhookMessage({ payload, workspace, alert }) })
      : null,
  ])
  if (webhook?.ok) await switchWebhookOn({ payload, tenant })
  return { email, webhook }
}
