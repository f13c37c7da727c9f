import { readRetryAfter, requestJson } from '../../src/provider-kit/http.ts'
import { isProviderError } from '../../src/provider-kit/index.ts'
import { toTelnyxError } from './errors.ts'
import { isObject, optionalString } from './shape.ts'
import type { CheckKeyContext, KeyStatus, KeyVerdict, ProviderErrorKind } from '../../src/provider-kit/index.ts'
import type { TelnyxCredentials } from './credentials.ts'

const PORTAL = {
  keys: 'https://portal.telnyx.com/#/api-keys',
  billing: 'https://portal.telnyx.com/#/billing/payment',
  applications: 'https://portal.telnyx.com/#/call-control/applications',
  numbers: 'https://portal.telnyx.com/#/numbers/my-numbers',
} as const

/** Below this much of the account's currency a good verdict carries a warning: some minutes of calls. */
const LOW_CREDIT = 1
/** As many as one answer is asked for; an account with more says so. */
const NUMBERS_PER_PAGE = 100

type Metadata = KeyVerdict['metadata']
type Refusal = { kind: ProviderErrorKind; code?: string; httpStatus?: number; retryAfterMs?: number }
type Lookup = { data: Record<string, unknown>; body: Record<string, unknown> } | Refusal

const verdict = (status: KeyStatus, message: string, metadata: Metadata, fixUrl?: string): KeyVerdict => ({
  status,
  // Silence says nothing about what a key can do.
  capabilities: status === 'unreachable' ? {} : { telephony: status === 'valid' },
  message,
  metadata,
  ...(fixUrl === undefined ? {} : { fixUrl }),
})

const isAboutTheKey = (kind: ProviderErrorKind) => kind === 'rejected' || kind === 'out-of-credit' || kind === 'limited'

async function lookUp(
  { credentials, origins, signal }: CheckKeyContext<TelnyxCredentials>,
  path: string,
): Promise<Lookup> {
  try {
    const { status, json, headers } = await requestJson({
      provider: 'telnyx',
      url: `${origins.api}${path}`,
      headers: { authorization: `Bearer ${credentials.apiKey}` },
      signal,
    })
    if (status === 200) {
      const body = isObject(json) ? json : {}
      return { body, data: isObject(body.data) ? body.data : {} }
    }
    const { kind, providerCode } = toTelnyxError({ status, body: json, action: path })
    return { kind, code: providerCode, httpStatus: status, retryAfterMs: readRetryAfter(headers) }
  } catch (error) {
    return { kind: isProviderError(error) ? error.kind : 'unreachable' }
  }
}

/** A decimal string as Telnyx writes amounts, or null. */
const readAmount = (value: unknown): string | null =>
  typeof value === 'string' && /^-?\d{1,15}(\.\d{1,6})?$/.test(value) ? value : null

const readBalance = (data: Record<string, unknown>): Metadata => ({
  balance: readAmount(data.balance),
  availableCredit: readAmount(data.available_credit),
  currency: typeof data.currency === 'string' && /^[A-Z]{3}$/.test(data.currency) ? data.currency : null,
})

/** Telnyx must reach it, so https except on this machine; the path is the one that this platform serves. */
const looksLikeOurs = (url: URL): boolean => {
  const isLoopback = /^(localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname)
  return (
    (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback)) &&
    /\/webhooks\/telnyx\/[^/]+$/.test(url.pathname)
  )
}

const readApplication = (data: Record<string, unknown>): Metadata => {
  const text = optionalString(data.webhook_event_url) ?? ''
  const url = URL.canParse(text) ? new URL(text) : undefined
  return {
    applicationName: optionalString(data.application_name)?.slice(0, 100) ?? null,
    // Without user, password and query, which may hold a secret of another system.
    webhookUrl: url === undefined ? null : `${url.origin}${url.pathname}`,
    webhookUrlLooksRight: url !== undefined && looksLikeOurs(url),
    webhookApiVersion: optionalString(data.webhook_api_version)?.slice(0, 5) ?? null,
    // Without the object Telnyx said nothing of it; with it, an application that calls nobody has no id in it.
    ...(isObject(data.outbound) && {
      hasOutboundProfile: Boolean(optionalString(data.outbound.outbound_voice_profile_id)),
    }),
  }
}

/** How many numbers the account has, and how many of them belong to the application. */
const readNumbers = (lookup: Lookup, connectionId: string): Metadata => {
  if (!('data' in lookup) || !Array.isArray(lookup.body.data)) return {}
  const numbers = lookup.body.data.filter(isObject)
  const total = isObject(lookup.body.meta) ? lookup.body.meta.total_results : undefined
  const count = typeof total === 'number' && total >= numbers.length ? total : numbers.length
  return {
    numbers: count,
    numbersOnApplication: numbers.filter(({ connection_id: id }) => id === connectionId).length,
    ...(count > numbers.length ? { hasMoreNumbers: true } : {}),
  }
}

function judgeRefusal({ kind, code, retryAfterMs }: Refusal): KeyVerdict {
  if (kind === 'rejected' && code === '20012') {
    return verdict('rejected', 'The Telnyx account is inactive. Reactivate it in the Telnyx portal.', {}, PORTAL.keys)
  }
  if (kind === 'rejected') {
    return verdict(
      'rejected',
      'Telnyx does not know this API key. Copy it again from the portal, or make a new one.',
      {},
      PORTAL.keys,
    )
  }
  if (kind === 'out-of-credit') return judgeEmptyAccount({})
  if (kind === 'rate-limited') {
    return silence(
      'Telnyx takes no more requests at the moment, so the key could not be checked. Try again soon.',
      retryAfterMs,
    )
  }
  return silence('Telnyx did not answer, so the key could not be checked. Try again soon.', retryAfterMs)
}

const silence = (message: string, retryAfterMs: number | undefined): KeyVerdict => ({
  ...verdict('unreachable', message, {}),
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
})

const judgeEmptyAccount = (metadata: Metadata) =>
  verdict(
    'out-of-credit',
    'The key is good, but the Telnyx account has no credit left. Add funds to it.',
    metadata,
    PORTAL.billing,
  )

function judgeMissingApplication(
  connectionId: string,
  kind: ProviderErrorKind,
  metadata: Metadata,
  httpStatus?: number,
): KeyVerdict {
  if (httpStatus === 404) {
    const message = `The key is good, but the connection id ${connectionId} is not found in that Telnyx account. Copy the id of a Voice API application.`
    return verdict('limited', message, metadata, PORTAL.applications)
  }
  if (isAboutTheKey(kind)) {
    return verdict(
      'limited',
      'The key is good, but may not read the Voice API application. Give it that permission.',
      metadata,
      PORTAL.keys,
    )
  }
  return verdict('valid', 'Telnyx accepted the key. The connection id could not be checked at the moment.', metadata)
}

function judgeApplication(data: Record<string, unknown>, metadata: Metadata): KeyVerdict {
  if (data.active === false) {
    const message = 'The key is good, but the Voice API application is switched off. Activate it in the portal.'
    return verdict('limited', message, metadata, PORTAL.applications)
  }
  if (metadata.webhookApiVersion === '1') {
    const message =
      'The key is good, but the Voice API application sends webhooks of API v1. Set its webhook API version to 2.'
    return verdict('limited', message, metadata, PORTAL.applications)
  }
  if (metadata.webhookUrlLooksRight === false) {
    const message =
      'Telnyx accepted the key, but the webhook URL of the Voice API application does not lead here, so calls will not arrive.'
    return verdict('valid', message, metadata, PORTAL.applications)
  }
  if (metadata.numbers === 0) {
    const message = 'Telnyx accepted the key, but the account has no telephone number yet.'
    return verdict('valid', message, metadata, PORTAL.numbers)
  }
  if (metadata.numbersOnApplication === 0 && metadata.hasMoreNumbers !== true) {
    const message =
      'Telnyx accepted the key, but none of its numbers is assigned to the Voice API application, so calls will not arrive.'
    return verdict('valid', message, metadata, PORTAL.numbers)
  }
  if (metadata.hasOutboundProfile === false) {
    const message =
      'Telnyx accepted the key, but the Voice API application has no outbound voice profile, so it can call nobody.'
    return verdict('valid', message, metadata, PORTAL.applications)
  }
  if (Number(metadata.availableCredit ?? LOW_CREDIT) < LOW_CREDIT) {
    return verdict('valid', 'Telnyx accepted the key, but the credit is nearly used up.', metadata, PORTAL.billing)
  }
  return verdict('valid', 'Telnyx accepted the key.', metadata)
}

/**
 * Asks Telnyx for the account's balance, the request that it recommends for testing a key, for the application that the
 * connection id names, and for the account's numbers; a list that may not be read is left out. Throws nothing; silence,
 * 5xx and rate limits are `unreachable`, never `rejected`.
 * `metadata`: `balance`, `availableCredit`, `currency`, `applicationName`, `webhookUrl`, `webhookUrlLooksRight`,
 * `webhookApiVersion`, `hasOutboundProfile`, `numbers`, `numbersOnApplication`, `hasMoreNumbers`, as far as Telnyx told.
 * Sources: https://developers.telnyx.com/docs/development/api-fundamentals/first-api-request,
 * `resources/balance.d.ts`, `resources/call-control-applications.d.ts` and `resources/phone-numbers/phone-numbers.d.ts` of
 * the `telnyx` package.
 */
export async function checkKey(context: CheckKeyContext<TelnyxCredentials>): Promise<KeyVerdict> {
  const { connectionId } = context.credentials
  const balance = await lookUp(context, '/v2/balance')
  const mayReadBalance = 'data' in balance
  if (!mayReadBalance && balance.kind !== 'limited') return judgeRefusal(balance)
  const account = mayReadBalance ? readBalance(balance.data) : {}
  const [application, numbers] = await Promise.all([
    lookUp(context, `/v2/call_control_applications/${encodeURIComponent(connectionId)}`),
    lookUp(context, `/v2/phone_numbers?page%5Bsize%5D=${NUMBERS_PER_PAGE}`),
  ])
  const metadata = {
    ...account,
    ...('data' in application ? readApplication(application.data) : {}),
    ...readNumbers(numbers, connectionId),
  }
  if (account.availableCredit != null && Number(account.availableCredit) <= 0) return judgeEmptyAccount(metadata)
  if (!('data' in application))
    return judgeMissingApplication(connectionId, application.kind, metadata, application.httpStatus)
  const judged = judgeApplication(application.data, metadata)
  if (mayReadBalance || judged.status !== 'valid') return judged
  const message = 'The key works, but may not read the balance, so an empty account cannot be told in advance.'
  return { ...judged, status: 'limited', message, fixUrl: PORTAL.keys }
}
