import { readRetryAfter, requestJson } from '../../src/provider-kit/http.ts'
import { isProviderError } from '../../src/provider-kit/index.ts'
import { basicAuth } from './credentials.ts'
import { ACCOUNT_NOT_ACTIVE, toTwilioError } from './errors.ts'
import { isObject } from './shape.ts'
import type { CheckKeyContext, KeyStatus, KeyVerdict, ProviderErrorKind } from '../../src/provider-kit/index.ts'
import type { TwilioCredentials } from './credentials.ts'

const CONSOLE = {
  account: 'https://console.twilio.com',
  billing: 'https://console.twilio.com/us1/billing/manage-billing/billing-overview',
  numbers: 'https://console.twilio.com/us1/develop/phone-numbers/manage/incoming',
} as const

/** Below this much of the account's currency a good verdict carries a warning: some minutes of calls. */
const LOW_CREDIT = 1
/** As many as one answer holds; an account with more says so. */
const NUMBERS_PER_PAGE = 100

type Context = CheckKeyContext<TwilioCredentials>
type Metadata = KeyVerdict['metadata']
type Refusal = { kind: ProviderErrorKind; code?: string; httpStatus?: number; retryAfterMs?: number }
type Lookup = { data: Record<string, unknown> } | Refusal

const verdict = (status: KeyStatus, message: string, metadata: Metadata, fixUrl?: string, canCall?: boolean) => ({
  status,
  // Silence says nothing about what a key can do.
  capabilities: status === 'unreachable' ? {} : { telephony: canCall ?? status === 'valid' },
  message,
  metadata,
  ...(fixUrl === undefined ? {} : { fixUrl }),
})

async function lookUp({ credentials, origins, signal }: Context, path: string): Promise<Lookup> {
  try {
    const { status, json, headers } = await requestJson({
      provider: 'twilio',
      url: `${origins.api}/2010-04-01/Accounts/${credentials.accountSid}${path}`,
      headers: { authorization: basicAuth(credentials) },
      signal,
    })
    if (status === 200) return { data: isObject(json) ? json : {} }
    const { kind, providerCode } = toTwilioError({ status, body: json, action: 'check' })
    return { kind, code: providerCode, httpStatus: status, retryAfterMs: readRetryAfter(headers) }
  } catch (error) {
    return { kind: isProviderError(error) ? error.kind : 'unreachable' }
  }
}

/** A word of Twilio's own, `active`; anything that is not one, a secret for instance, is left out. */
const readWord = (value: unknown, words: readonly string[]): string | null =>
  words.find((word) => word === value) ?? null

/** Only what is named here is kept: the answer repeats the auth token. */
const readAccount = (data: Record<string, unknown>, { authToken }: TwilioCredentials): Metadata => {
  const name = typeof data.friendly_name === 'string' ? data.friendly_name.slice(0, 100) : ''
  return {
    accountName: name === '' || name.includes(authToken) ? null : name,
    accountType: readWord(data.type, ['Full', 'Trial']),
    accountStatus: readWord(data.status, ['active', 'suspended', 'closed']),
  }
}

const readBalance = (lookup: Lookup): Metadata => {
  if (!('data' in lookup)) return {}
  const { balance, currency } = lookup.data
  return {
    balance: typeof balance === 'string' && /^-?\d{1,15}(\.\d{1,10})?$/.test(balance) ? balance : null,
    currency: typeof currency === 'string' && /^[A-Z]{3}$/i.test(currency) ? currency.toUpperCase() : null,
  }
}

/** Twilio must reach it, so https except on this machine; the path is the one that this platform serves. */
const leadsHere = (value: unknown): boolean => {
  if (typeof value !== 'string' || !URL.canParse(value)) return false
  const url = new URL(value)
  const isLoopback = /^(localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname)
  return (
    (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback)) &&
    /\/webhooks\/twilio\/[^/]+\/voice$/.test(url.pathname)
  )
}

const readNumbers = (lookup: Lookup): Metadata => {
  if (!('data' in lookup) || !Array.isArray(lookup.data.incoming_phone_numbers)) return {}
  const numbers = lookup.data.incoming_phone_numbers.filter(isObject)
  return {
    numbers: numbers.length,
    numbersLeadingHere: numbers.filter((number) => leadsHere(number.voice_url)).length,
    ...(typeof lookup.data.next_page_uri === 'string' ? { hasMoreNumbers: true } : {}),
  }
}

const silence = (message: string, retryAfterMs: number | undefined): KeyVerdict => ({
  ...verdict('unreachable', message, {}),
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
})

function judgeRefusal({ kind, code, httpStatus, retryAfterMs }: Refusal): KeyVerdict {
  if (ACCOUNT_NOT_ACTIVE.has(code ?? '')) return judgeInactive('suspended', {})
  if (kind === 'rejected' || httpStatus === 404) {
    const message =
      'Twilio does not accept this account SID and auth token. Copy both again from the console, and see there whether the account is suspended.'
    return verdict('rejected', message, {}, CONSOLE.account)
  }
  if (kind === 'out-of-credit') return judgeEmptyAccount({})
  if (kind === 'limited') {
    return verdict('limited', 'Twilio does not let these credentials read their account.', {}, CONSOLE.account)
  }
  if (kind === 'rate-limited') {
    const message = 'Twilio takes no more requests at the moment, so the key could not be checked. Try again soon.'
    return silence(message, retryAfterMs)
  }
  return silence('Twilio did not answer, so the key could not be checked. Try again soon.', retryAfterMs)
}

const judgeEmptyAccount = (metadata: Metadata) => {
  const message = 'The key is good, but the Twilio account has no credit left. Add funds to it.'
  return verdict('out-of-credit', message, metadata, CONSOLE.billing)
}

const judgeInactive = (status: 'suspended' | 'closed', metadata: Metadata) => {
  const remedy = status === 'closed' ? 'Use another account.' : 'Twilio says in the console why.'
  const message = `The key is good, but the Twilio account is ${status}: it can neither make nor take calls. ${remedy}`
  return verdict('limited', message, metadata, CONSOLE.account)
}

function judgeActive(metadata: Metadata): KeyVerdict {
  if (metadata.accountType === 'Trial') {
    const message =
      'The key works, but it is that of a trial account: it calls verified numbers only and speaks an announcement first.'
    return verdict('limited', message, metadata, CONSOLE.billing, true)
  }
  if (metadata.numbers === 0) {
    const message = 'Twilio accepted the key, but the account has no telephone number yet.'
    return verdict('valid', message, metadata, CONSOLE.numbers)
  }
  if (metadata.numbersLeadingHere === 0 && metadata.hasMoreNumbers !== true) {
    const message =
      'Twilio accepted the key, but the voice webhook of none of its numbers leads here, so calls will not arrive.'
    return verdict('valid', message, metadata, CONSOLE.numbers)
  }
  if (Number(metadata.balance ?? LOW_CREDIT) < LOW_CREDIT) {
    return verdict('valid', 'Twilio accepted the key, but the credit is nearly used up.', metadata, CONSOLE.billing)
  }
  return verdict('valid', 'Twilio accepted the key.', metadata)
}

/**
 * Asks Twilio for the account that the SID names, its balance and its numbers. Throws nothing; silence, 5xx and rate
 * limits are `unreachable`, never `rejected`. A balance or a list that may not be read is left out of the verdict.
 * `metadata`: `accountName`, `accountType`, `accountStatus`, `balance`, `currency`, `numbers`, `numbersLeadingHere`,
 * `hasMoreNumbers`, as far as Twilio told. The account's answer repeats its auth token, which goes nowhere.
 * Sources: https://www.twilio.com/docs/iam/api/account, `lib/rest/api/v2010/account.d.ts`, `account/balance.d.ts` and
 * `account/incomingPhoneNumber.d.ts` of the `twilio` package.
 */
export async function checkKey(context: Context): Promise<KeyVerdict> {
  const account = await lookUp(context, '.json')
  if (!('data' in account)) return judgeRefusal(account)
  const [balance, numbers] = await Promise.all([
    lookUp(context, '/Balance.json'),
    lookUp(context, `/IncomingPhoneNumbers.json?PageSize=${NUMBERS_PER_PAGE}`),
  ])
  const metadata = {
    ...readAccount(account.data, context.credentials),
    ...readBalance(balance),
    ...readNumbers(numbers),
  }
  if (metadata.accountStatus === 'closed') return judgeInactive('closed', metadata)
  if (metadata.balance != null && Number(metadata.balance) <= 0) return judgeEmptyAccount(metadata)
  if (metadata.accountStatus === 'suspended') return judgeInactive('suspended', metadata)
  return judgeActive(metadata)
}
