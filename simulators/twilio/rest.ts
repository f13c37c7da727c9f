import { FormError, INVALID_STATE, NOT_ACTIVE, NOT_FOUND, UNAUTHORIZED } from './answers.ts'
import { describeAccount, describeBalance, describeCallResource, handleNumber, listNumbers } from './resources.ts'
import { readDialForm, readUpdateForm } from './rest-forms.ts'
import type { TwilioAccount } from './account.ts'
import type { Answer } from './answers.ts'
import type { CarrierCall } from './carrier-call.ts'
import type { CallRecord } from './resources.ts'
import type { DialRequest } from './rest-forms.ts'

export type Command = {
  /** Ms since the epoch. */
  at: number
  /** The auth token, named as on other carriers. */
  apiKey: string
  accountSid: string
  /** `dial`, `hangup` (an end), or `redirect` (other TwiML, a transfer for instance). */
  action: string
  /** The call's SID. */
  callControlId: string | undefined
  /** The form; a field that came several times is joined by blanks. */
  body: Readonly<Record<string, unknown>>
  /** What was answered. */
  status: number
  /** Always false: Twilio's REST API knows no repetition. */
  isDuplicate: boolean
}

export type Exchange = {
  findAccount(accountSid: string): TwilioAccount | undefined
  /** Another account's call is none; of a call that has ended its record remains. */
  findCall(callSid: string, account: TwilioAccount): { record: CallRecord; live?: CarrierCall } | undefined
  dial(account: TwilioAccount, request: DialRequest): CarrierCall
  record(command: Command): void
}

export type Request = {
  method: string
  path: string
  query: URLSearchParams
  /** The user and password of HTTP Basic. */
  user: string | undefined
  password: string | undefined
  form: URLSearchParams
}

export const flatten = (form: URLSearchParams): Record<string, string> =>
  Object.fromEntries([...new Set(form.keys())].map((name) => [name, form.getAll(name).join(' ')]))

/** What a form asks for. */
export const actionOf = (path: string, form: URLSearchParams): string => {
  if (path.endsWith('/Calls.json')) return 'dial'
  return form.has('Status') ? 'hangup' : 'redirect'
}

/** Answers one request to the REST API. An account sees its own things only. */
export function answerRequest(exchange: Exchange, request: Request): Answer {
  const { method, path, query, user, password, form } = request
  const [, accountSid = '', rest = ''] = /^\/2010-04-01\/Accounts\/(AC[0-9a-fA-F]{32})(.*)$/.exec(path) ?? []
  const account = exchange.findAccount(user ?? '')
  if (!account || account.authToken !== password || account.state === 'revoked') return UNAUTHORIZED
  if (accountSid !== account.accountSid) return NOT_FOUND
  const route = `${method} ${rest}`
  if (route === 'GET .json') return describeAccount(account)
  if (route === 'GET /Balance.json') return describeBalance(account)
  if (account.state !== 'active') return record(exchange, account, request, undefined, NOT_ACTIVE)
  if (route === 'GET /IncomingPhoneNumbers.json') return listNumbers(account, query)
  const number = /^\/IncomingPhoneNumbers\/(PN[0-9a-f]{32})\.json$/.exec(rest)?.[1]
  if (number !== undefined) return handleNumber(account, number, method === 'POST' ? form : undefined)
  if (route === 'POST /Calls.json') return dial(exchange, account, request)
  const callSid = /^\/Calls\/(CA[0-9a-fA-F]{32})\.json$/.exec(rest)?.[1]
  const call = callSid === undefined ? undefined : exchange.findCall(callSid, account)
  if (!call) return record(exchange, account, request, callSid, NOT_FOUND)
  if (method === 'GET') return { status: 200, body: describeCallResource(call.record) }
  if (method === 'POST') return record(exchange, account, request, callSid, update(call.live, form))
  return NOT_FOUND
}

const record = (
  exchange: Exchange,
  { accountSid, authToken }: TwilioAccount,
  { method, path, form }: Request,
  callControlId: string | undefined,
  answer: Answer,
): Answer => {
  if (method !== 'POST') return answer
  exchange.record({
    at: Date.now(),
    apiKey: authToken,
    accountSid,
    action: actionOf(path, form),
    callControlId,
    body: flatten(form),
    status: answer.status,
    isDuplicate: false,
  })
  return answer
}

function dial(exchange: Exchange, account: TwilioAccount, request: Request): Answer {
  // An account without credit is suspended. https://www.twilio.com/docs/api/errors/10003
  if (Number(account.balance) <= 0) return record(exchange, account, request, undefined, NOT_ACTIVE)
  try {
    const call = exchange.dial(account, readDialForm(request.form, account))
    const body = { ...describeCallResource(call), status: 'queued' }
    return record(exchange, account, request, call.callSid, { status: 201, body })
  } catch (error) {
    if (!(error instanceof FormError)) throw error
    return record(exchange, account, request, undefined, error.answer)
  }
}

function update(call: CarrierCall | undefined, form: URLSearchParams): Answer {
  try {
    const change = readUpdateForm(form)
    if (!call || call.state === 'ended') return INVALID_STATE
    if ('status' in change) {
      if (change.status === 'canceled' && call.state !== 'ringing') return INVALID_STATE
      call.end(call.state === 'ringing' ? 'originator_cancel' : 'normal_clearing', call.ourSide)
    } else {
      if (call.state !== 'answered') return INVALID_STATE
      call.redirect(change)
    }
    return { status: 200, body: describeCallResource(call) }
  } catch (error) {
    if (error instanceof FormError) return error.answer
    throw error
  }
}
