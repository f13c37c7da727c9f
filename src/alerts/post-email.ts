import type { Payload } from 'payload'
import type { DeliveryOutcome } from './alert-record.ts'
import type { EmailMessage } from './email-message.ts'
import { fromNow } from './timing.ts'

/** Sends one mail, once. Whatever goes wrong becomes an outcome; addresses and what the server says are not kept. */
export async function postEmail({
  payload,
  recipients,
  message,
}: {
  payload: Payload
  recipients: readonly string[]
  message: EmailMessage
}): Promise<DeliveryOutcome> {
  const at = fromNow(0)
  if (recipients.length === 0) return { at, ok: false, status: 'nobody-to-tell' }
  try {
    await payload.sendEmail({ ...message, to: [...recipients] })
    return { at, ok: true, status: 'accepted' }
  } catch (error) {
    const { responseCode, code } = error as { responseCode?: unknown; code?: unknown }
    payload.logger.warn({ code, responseCode, msg: 'The mail server did not take an alert' })
    return { at, ok: false, status: typeof responseCode === 'number' ? responseCode : 'unreachable' }
  }
}
