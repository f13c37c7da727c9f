import { FormError } from './answers.ts'
import type { TwilioAccount } from './account.ts'

export type DialRequest = {
  to: string
  from: string
  url: string | undefined
  twiml: string | undefined
  statusCallback: string | undefined
  statusEvents: readonly string[]
  ringMs: number
  detection: { mode: 'Enable' | 'DetectMessageEnd'; isAsync: boolean; callback: string | undefined } | undefined
}

export type UpdateRequest = { status: 'completed' | 'canceled' } | { twiml: string } | { url: string }

const EVENTS = ['initiated', 'ringing', 'answered', 'completed']

/** The parameters that this simulator understands; Twilio has more. Source: `account/call.d.ts` of `twilio` 6.2.0 */
const DIAL_FIELDS = [
  'To',
  'From',
  'Url',
  'Twiml',
  'Method',
  'StatusCallback',
  'StatusCallbackEvent',
  'StatusCallbackMethod',
  'Timeout',
  'MachineDetection',
  'MachineDetectionTimeout',
  'AsyncAmd',
  'AsyncAmdStatusCallback',
  'AsyncAmdStatusCallbackMethod',
]
const UPDATE_FIELDS = ['Status', 'Twiml', 'Url', 'Method', 'StatusCallback', 'StatusCallbackMethod']

const isNumber = (text: string) => /^\+[1-9]\d{4,14}$/.test(text)
const isHttpUrl = (text: string) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)

const checkFields = (form: URLSearchParams, known: readonly string[], repeatable: readonly string[] = []) => {
  for (const name of new Set(form.keys())) {
    if (!known.includes(name)) throw new FormError(20001, `Unknown parameter ${name}`)
    if (form.getAll(name).length > 1 && !repeatable.includes(name)) throw new FormError(20001, `${name} is given twice`)
  }
  for (const name of ['Method', 'StatusCallbackMethod', 'AsyncAmdStatusCallbackMethod']) {
    if ((form.get(name) ?? 'POST') !== 'POST') throw new FormError(20001, `This simulator speaks the ${name} POST only`)
  }
}

const readUrl = (form: URLSearchParams, name: string, code: number): string | undefined => {
  const url = form.get(name)
  if (url === null) return undefined
  if (!isHttpUrl(url)) throw new FormError(code, `${name} is not a valid URL`)
  return url
}

const readDetection = (form: URLSearchParams): DialRequest['detection'] => {
  const mode = form.get('MachineDetection')
  const isAsync = form.get('AsyncAmd') ?? 'false'
  if (mode !== null && mode !== 'Enable' && mode !== 'DetectMessageEnd')
    throw new FormError(20001, 'MachineDetection is neither Enable nor DetectMessageEnd')
  if (isAsync !== 'true' && isAsync !== 'false') throw new FormError(20001, 'AsyncAmd is neither true nor false')
  const callback = readUrl(form, 'AsyncAmdStatusCallback', 21609)
  return mode === null ? undefined : { mode, isAsync: isAsync === 'true', callback }
}

const checkNumbers = (account: TwilioAccount, to: string, from: string) => {
  if (to === '') throw new FormError(21201, "No 'To' number is specified")
  if (from === '') throw new FormError(21213, "No 'From' number is specified")
  if (!isNumber(to)) throw new FormError(21211, `The phone number you are attempting to call, ${to}, is not valid.`)
  if (!isNumber(from)) throw new FormError(21212, `The 'From' number ${from} is not a valid phone number.`)
  if (!account.numbers.includes(from) && !account.verifiedNumbers.includes(from)) {
    throw new FormError(21210, `The source phone number provided, ${from}, is not yet verified for your account.`)
  }
  if (account.type === 'Trial' && !account.verifiedNumbers.includes(to)) {
    throw new FormError(
      21219,
      `The number ${to} is unverified. Trial accounts may only make calls to verified numbers.`,
    )
  }
}

/**
 * Reads the form of a new call.
 * @throws FormError by Twilio's codes: https://www.twilio.com/docs/api/errors/21201, 21205, 21210, 21211, 21212, 21213,
 *   21219, 21609, 21626; 20001 stands for the rest
 */
export function readDialForm(form: URLSearchParams, account: TwilioAccount): DialRequest {
  checkFields(form, DIAL_FIELDS, ['StatusCallbackEvent'])
  const [to = '', from = ''] = [form.get('To') ?? '', form.get('From') ?? '']
  checkNumbers(account, to, from)
  const url = readUrl(form, 'Url', 21205)
  const twiml = form.get('Twiml') ?? undefined
  if (url === undefined && twiml === undefined) throw new FormError(21205, 'Url parameter is required.')
  const statusEvents = form.has('StatusCallbackEvent') ? form.getAll('StatusCallbackEvent') : ['completed']
  const strange = statusEvents.find((event) => !EVENTS.includes(event))
  if (strange !== undefined) throw new FormError(21626, `${strange} is not a valid StatusCallbackEvent`)
  const timeout = form.get('Timeout') ?? '60'
  if (!/^\d{1,3}$/.test(timeout) || Number(timeout) < 1 || Number(timeout) > 600)
    throw new FormError(20001, 'Timeout is not a count of seconds up to 600')
  const statusCallback = readUrl(form, 'StatusCallback', 21609)
  const ringMs = Number(timeout) * 1000
  return { to, from, url, twiml, statusCallback, statusEvents, ringMs, detection: readDetection(form) }
}

/**
 * Reads the form of a change to a call.
 * @throws FormError
 */
export function readUpdateForm(form: URLSearchParams): UpdateRequest {
  checkFields(form, UPDATE_FIELDS)
  const status = form.get('Status')
  const twiml = form.get('Twiml')
  if (status !== null) {
    if (status !== 'completed' && status !== 'canceled')
      throw new FormError(21218, 'Status is neither completed nor canceled')
    return { status }
  }
  if (twiml !== null) return { twiml }
  const url = readUrl(form, 'Url', 21205)
  if (url === undefined) throw new FormError(21205, 'One of Status, Twiml and Url is required.')
  return { url }
}
