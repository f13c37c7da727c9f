import { randomBytes } from 'node:crypto'
import type { Workspace } from '../../testing/call-rig.ts'

/** The parameters of a webhook, by name. */
export type Fields = Record<string, string>

type Side = Pick<Workspace<'twilio'>, 'carrier' | 'number'>

/** A form as it is sent, signed or not. */
export type PostedForm = { url: string; signature?: string | undefined; body: string; type?: string }

export const callSid = (): string => `CA${randomBytes(16).toString('hex')}`

/** Where a tenant's Twilio account sends its webhooks to. */
export const urlOf = ({ carrier }: Pick<Side, 'carrier'>, path = '/voice'): string => `${carrier.webhookUrl}${path}`

/** What Twilio tells of a call that comes in to a tenant's number. */
export const voiceFields = ({ carrier, number }: Side, more: Fields = {}): Fields => ({
  AccountSid: carrier.accountSid,
  CallSid: callSid(),
  CallStatus: 'ringing',
  Direction: 'inbound',
  From: '+13125550100',
  To: number,
  ...more,
})

export async function postForm({ url, signature, body, type = 'application/x-www-form-urlencoded' }: PostedForm) {
  const headers = { 'content-type': type, ...(signature === undefined ? {} : { 'x-twilio-signature': signature }) }
  const response = await fetch(url, { method: 'POST', headers, body })
  return { status: response.status, text: await response.text(), headers: JSON.stringify([...response.headers]) }
}

/** Posts as the tenant's own carrier does. */
export const postSigned = (side: Side, fields: Fields, path = '/voice') => {
  const url = urlOf(side, path)
  return postForm({ url, signature: side.carrier.sign(url, fields), body: String(new URLSearchParams(fields)) })
}
