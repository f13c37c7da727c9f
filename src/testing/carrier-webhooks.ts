import { randomUUID } from 'node:crypto'
import type { CallHandle, TelnyxAccount } from '../../simulators/telnyx/index.ts'

/** A Telnyx webhook written by hand, so that it can be wrong. */
export type HandmadeWebhook = {
  /** Of the tenant whose URL it goes to. */
  url: string
  signer: Pick<TelnyxAccount, 'sign'>
  body: string
  /** Seconds added to the timestamp, which is signed as it then is. */
  offsetSeconds?: number
  /** Set or, with undefined, left out after signing. */
  headers?: Record<string, string | undefined>
  /** What is sent in the place of the body that was signed. */
  sentBody?: string
}

/** Signs as told and posts. */
export async function postWebhook(webhook: HandmadeWebhook): Promise<{ status: number; body: string }> {
  const { url, signer, body, offsetSeconds = 0, headers = {}, sentBody = body } = webhook
  const timestamp = String(Math.floor(Date.now() / 1000) + offsetSeconds)
  const signed: Record<string, string | undefined> = {
    'content-type': 'application/json',
    'telnyx-timestamp': timestamp,
    'telnyx-signature-ed25519': signer.sign(timestamp, body),
    ...headers,
  }
  const present = Object.entries(signed).filter((entry): entry is [string, string] => entry[1] !== undefined)
  const response = await fetch(url, { method: 'POST', headers: Object.fromEntries(present), body: sentBody })
  return { status: response.status, body: await response.text() }
}

/** An event of a call in the format of API v2. */
export function eventOf(
  call: Pick<CallHandle, 'callControlId' | 'from' | 'to'>,
  eventType: 'call.initiated' | 'call.answered' | 'call.hangup' | 'streaming.failed',
  id: string = randomUUID(),
): string {
  const payload = {
    call_control_id: call.callControlId,
    from: call.from,
    to: call.to,
    direction: 'incoming',
    offered_codecs: 'PCMU',
    hangup_cause: 'normal_clearing',
    hangup_source: 'caller',
    failure_reason: 'connection_failed',
  }
  const data = { record_type: 'event', event_type: eventType, id, occurred_at: new Date().toISOString(), payload }
  return JSON.stringify({ data, meta: { attempt: 1 } })
}
