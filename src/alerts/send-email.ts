import type { Payload } from 'payload'
import type { DocumentId } from '../access/index.ts'
import { ALERTS } from '../collections/slugs.ts'
import { compositionOf } from '../composition.ts'
import { findOwnerAddresses } from './alert-facts.ts'
import type { Workspace } from './alert-facts.ts'
import type { AlertRecord } from './alert-record.ts'
import { changeAlertSettings, readAlertSettings } from './alert-settings.ts'
import type { AlertSettings } from './alert-settings.ts'
import { createEmailMessage } from './email-message.ts'
import { postEmail } from './post-email.ts'
import { recordOutcome } from './record-outcome.ts'
import { EMAIL_INTERVAL_MS, LEASE_MS, fromNow } from './timing.ts'

/** Alerts that one mail tells of; the next one tells of the rest. */
const MAX_ALERTS = 50

type Options = { payload: Payload; tenant: DocumentId; workspace: Workspace }

/** Mails the owners whatever is still to be mailed, in one message, unless another process does or just did. */
export async function sendEmail({ payload, tenant, workspace }: Options): Promise<void> {
  const settings = await readAlertSettings({ payload, tenant })
  const now = new Date().toISOString()
  if (settings.emailNotBefore && settings.emailNotBefore > now) {
    await postpone({ payload, tenant, until: settings.emailNotBefore, now })
    return
  }
  if (!(await claim({ payload, tenant, settings }))) return
  let isSent = false
  try {
    isSent = await sendPending({ payload, tenant, workspace, settings })
  } finally {
    await changeAlertSettings({ payload, tenant, data: { emailNotBefore: isSent ? fromNow(EMAIL_INTERVAL_MS) : null } })
  }
}

/** Of several processes one gets the workspace's mail. */
const claim = ({ payload, tenant, settings }: Omit<Options, 'workspace'> & { settings: AlertSettings }) =>
  changeAlertSettings({
    payload,
    tenant,
    data: { emailNotBefore: fromNow(LEASE_MS) },
    where: [{ emailNotBefore: settings.emailNotBefore ? { equals: settings.emailNotBefore } : { exists: false } }],
  })

/** What is due while no mail may go out is not looked at again until one may. */
const postpone = ({ payload, tenant, until, now }: Omit<Options, 'workspace'> & { until: string; now: string }) =>
  payload.db.updateMany({
    collection: ALERTS,
    where: { and: [{ tenant: { equals: tenant } }, { emailDueAt: { less_than_equal: now } }] },
    data: { emailDueAt: until },
  })

async function sendPending(options: Options & { settings: AlertSettings }): Promise<boolean> {
  const { payload, tenant, workspace, settings } = options
  const { docs: alerts } = await payload.db.find<AlertRecord>({
    collection: ALERTS,
    where: { and: [{ tenant: { equals: tenant } }, { emailDueAt: { exists: true } }] },
    sort: 'raisedAt',
    limit: MAX_ALERTS,
    pagination: false,
  })
  if (alerts.length === 0) return false
  const canMail = settings.emailOwners && compositionOf(payload).environment.email !== undefined
  const outcome = await postEmail({
    payload,
    recipients: canMail ? await findOwnerAddresses({ payload, tenant }) : [],
    message: createEmailMessage({ payload, workspace, alerts }),
  })
  for (const alert of alerts) await recordOutcome({ payload, alert, channel: 'email', outcome })
  return outcome.ok
}
