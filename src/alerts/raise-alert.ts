import type { Payload } from 'payload'
import type { DocumentId } from '../access/index.ts'
import { appendAuditEvent } from '../audit/index.ts'
import { ALERTS } from '../collections/slugs.ts'
import { compositionOf } from '../composition.ts'
import { isUniqueViolation } from '../vault/is-unique-violation.ts'
import { toTenantId } from '../vault/key-record.ts'
import type { AlertKind, AlertRecord, AlertSeverity } from './alert-record.ts'
import { hasWebhook, readAlertSettings } from './alert-settings.ts'
import { COLLECT_MS, fromNow } from './timing.ts'

export type NewAlert = {
  payload: Payload
  tenant: DocumentId
  kind: AlertKind
  severity: AlertSeverity
  /** Provider id. */
  provider?: string
  credentialId?: string
  version?: number
  /** The state before and since. */
  from?: string
  to?: string
  /** A sentence or two for a person; nothing of a key. */
  message: string
  /** Where to mend it: an https address, or a path of this server. */
  fixUrl?: string
  /** Names the change within the workspace. As long as an alert of that name is open, no second one is raised. */
  dedupeKey: string
}

const MAX_MESSAGE = 500

/**
 * Tells a workspace of a change, once: of several that tell the same at once, in this process or in others, the
 * database takes one. Resolves when the alert is written; mail and webhook follow, from whichever process comes first.
 * Never throws: what cannot be told is logged.
 */
export async function raiseAlert(alert: NewAlert): Promise<void> {
  const { payload, tenant, kind, provider } = alert
  try {
    const id = await writeAlert(alert)
    if (id === undefined) return
    await appendAuditEvent({
      payload,
      tenant,
      actor: 'system',
      action: 'alert.raised',
      subject: { collection: ALERTS, id },
      result: 'ok',
      provider,
      credentialId: alert.credentialId,
      version: alert.version,
      details: { kind, severity: alert.severity, from: alert.from, to: alert.to },
    })
  } catch (error) {
    payload.logger.error({ err: error, tenantId: tenant, kind, provider, msg: 'An alert could not be raised' })
  }
}

/** One write holds the alert and what is still to be sent of it. @returns undefined where it is open already */
async function writeAlert({
  payload,
  tenant,
  dedupeKey,
  message,
  ...alert
}: NewAlert): Promise<DocumentId | undefined> {
  const settings = await readAlertSettings({ payload, tenant })
  const canMail = compositionOf(payload).environment.email !== undefined && settings.emailOwners
  const now = fromNow(0)
  try {
    const { id }: AlertRecord = await payload.db.create({
      collection: ALERTS,
      data: {
        ...alert,
        tenant: toTenantId(payload, tenant),
        message: toPlainText(message),
        dedupeKey: `${tenant}:${dedupeKey}`,
        raisedAt: now,
        emailDueAt: canMail ? fromNow(COLLECT_MS) : null,
        webhookDueAt: hasWebhook(settings) ? now : null,
        createdAt: now,
        updatedAt: now,
      },
    })
    return id
  } catch (error) {
    if (isUniqueViolation(error)) return undefined
    throw error
  }
}

/** One line without control characters. */
const toPlainText = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, MAX_MESSAGE)
