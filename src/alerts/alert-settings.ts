import type { Payload, Where } from 'payload'
import type { DocumentId } from '../access/index.ts'
import { ALERT_SETTINGS } from '../collections/slugs.ts'
import { isUniqueViolation } from '../vault/is-unique-violation.ts'

/** Where a workspace's alerts go beside the console, and how sending them goes. */
export type AlertSettings = {
  tenant: string
  emailOwners: boolean
  webhookUrl?: string | null
  /** Version of the signing secret in the vault; empty where there is none: nothing is sent unsigned. */
  webhookSecretVersion?: number | null
  /** Since when the webhook has failed without one success. */
  webhookFailingSince?: string | null
  /** When it was switched off for that. */
  webhookDisabledAt?: string | null
  /** No e-mail goes out before: another went out a moment ago, or is going out now. */
  emailNotBefore?: string | null
}

type Named = { payload: Payload; tenant: DocumentId }

const whereTenant = (tenant: DocumentId): Where => ({ tenant: { equals: String(tenant) } })

/** The workspace's settings, or what holds where nobody has set any. */
export async function readAlertSettings({ payload, tenant }: Named): Promise<AlertSettings> {
  const stored = await payload.db.findOne<AlertSettings & { id: DocumentId }>({
    collection: ALERT_SETTINGS,
    where: whereTenant(tenant),
  })
  return stored ?? { tenant: String(tenant), emailOwners: true }
}

/**
 * Changes the workspace's settings; makes the row where there is none.
 * @param options.where a further condition; nothing happens where it does not hold
 * @returns whether something was changed
 */
export async function changeAlertSettings({
  payload,
  tenant,
  data,
  where = [],
}: Named & { data: Partial<Omit<AlertSettings, 'tenant'>>; where?: Where[] }): Promise<boolean> {
  const update = () =>
    payload.db.updateOne({
      collection: ALERT_SETTINGS,
      where: { and: [whereTenant(tenant), ...where] },
      data,
    }) as Promise<unknown>
  if (await update()) return true
  try {
    await payload.db.create({ collection: ALERT_SETTINGS, data: { tenant: String(tenant), emailOwners: true } })
  } catch (error) {
    // It was there already, so the condition does not hold.
    if (isUniqueViolation(error)) return false
    throw error
  }
  return Boolean(await update())
}

/** Whether alerts go to the workspace's webhook. */
export const hasWebhook = ({ webhookUrl, webhookSecretVersion, webhookDisabledAt }: AlertSettings): boolean =>
  Boolean(webhookUrl && webhookSecretVersion && !webhookDisabledAt)
