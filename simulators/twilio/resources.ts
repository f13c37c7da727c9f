import { FORBIDDEN, NOT_FOUND } from './answers.ts'
import { writeTime } from './parameters.ts'
import type { TwilioAccount } from './account.ts'
import type { Answer } from './answers.ts'
import type { CarrierCall } from './carrier-call.ts'

const rootOf = ({ accountSid }: TwilioAccount) => `/2010-04-01/Accounts/${accountSid}`

/** `GET Accounts/{AC}.json`, which repeats the auth token. Source: https://www.twilio.com/docs/iam/api/account */
export const describeAccount = (account: TwilioAccount): Answer => ({
  status: 200,
  body: {
    auth_token: account.authToken,
    date_created: 'Mon, 02 Feb 2026 22:25:27 +0000',
    date_updated: 'Mon, 02 Feb 2026 22:25:27 +0000',
    friendly_name: account.friendlyName,
    owner_account_sid: account.accountSid,
    sid: account.accountSid,
    status: account.state,
    subresource_uris: { calls: `${rootOf(account)}/Calls.json` },
    type: account.type,
    uri: `${rootOf(account)}.json`,
  },
})

/** `GET Accounts/{AC}/Balance.json` */
export const describeBalance = (account: TwilioAccount): Answer =>
  account.mayReadBalance
    ? { status: 200, body: { account_sid: account.accountSid, balance: account.balance, currency: account.currency } }
    : FORBIDDEN

const sidOf = (number: string) => `PN${number.replace(/\D/g, '').padStart(32, '0')}`

const describeNumber = (account: TwilioAccount, number: string) => ({
  sid: sidOf(number),
  account_sid: account.accountSid,
  api_version: '2010-04-01',
  phone_number: number,
  friendly_name: number,
  capabilities: { voice: true, sms: true, mms: true, fax: false },
  voice_url: account.webhookUrl === undefined ? '' : `${account.webhookUrl}/voice`,
  voice_method: 'POST',
  status_callback: account.webhookUrl === undefined ? '' : `${account.webhookUrl}/status`,
  status_callback_method: 'POST',
  uri: `${rootOf(account)}/IncomingPhoneNumbers/${sidOf(number)}.json`,
})

/** `GET Accounts/{AC}/IncomingPhoneNumbers.json`, by `PageSize`, `Page` and `PhoneNumber` */
export function listNumbers(account: TwilioAccount, query: URLSearchParams): Answer {
  const size = Number(query.get('PageSize') ?? 50)
  const page = Number(query.get('Page') ?? 0)
  const wanted = query.get('PhoneNumber')
  const numbers = account.numbers.filter((number) => wanted === null || number === wanted)
  const uriOf = (index: number) => `${rootOf(account)}/IncomingPhoneNumbers.json?PageSize=${size}&Page=${index}`
  const shown = numbers.slice(page * size, (page + 1) * size)
  return {
    status: 200,
    body: {
      incoming_phone_numbers: shown.map((number) => describeNumber(account, number)),
      first_page_uri: uriOf(0),
      next_page_uri: (page + 1) * size < numbers.length ? uriOf(page + 1) : null,
      previous_page_uri: page > 0 ? uriOf(page - 1) : null,
      page,
      page_size: size,
      start: page * size,
      end: page * size + Math.max(0, shown.length - 1),
      uri: uriOf(page),
    },
  }
}

/** `GET` and `POST Accounts/{AC}/IncomingPhoneNumbers/{PN}.json`; a voice URL that ends in `/voice` is taken over. */
export function handleNumber(account: TwilioAccount, sid: string, form: URLSearchParams | undefined): Answer {
  const number = account.numbers.find((candidate) => sidOf(candidate) === sid)
  if (number === undefined) return NOT_FOUND
  const voiceUrl = form?.get('VoiceUrl')
  if (voiceUrl?.endsWith('/voice')) account.webhookUrl = voiceUrl.slice(0, -'/voice'.length)
  return { status: 200, body: describeNumber(account, number) }
}

/** What remains of a call. */
export type CallRecord = Pick<
  CarrierCall,
  'account' | 'callSid' | 'answeredBy' | 'direction' | 'from' | 'startTime' | 'status' | 'to'
>

/** A call as `Calls/{CA}.json` tells it. Source: `account/call.d.ts` of `twilio` 6.2.0 */
export const describeCallResource = (call: CallRecord) => ({
  sid: call.callSid,
  account_sid: call.account.accountSid,
  api_version: '2010-04-01',
  answered_by: call.answeredBy ?? null,
  date_created: writeTime(call.startTime),
  date_updated: writeTime(),
  direction: call.direction === 'incoming' ? 'inbound' : 'outbound-api',
  duration: null,
  end_time: null,
  from: call.from,
  parent_call_sid: null,
  phone_number_sid: null,
  price: null,
  price_unit: 'USD',
  start_time: writeTime(call.startTime),
  status: call.status,
  to: call.to,
  uri: `${rootOf(call.account)}/Calls/${call.callSid}.json`,
})
