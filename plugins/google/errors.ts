import { ProviderError } from '../../src/provider-kit/index.ts'
import type { ProviderErrorKind } from '../../src/provider-kit/index.ts'

const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

/**
 * What Google says by the reason of an `ErrorInfo`, or else by the error's status. The HTTP status says too little: a
 * wrong key is 400 like a wrong parameter, and 429 is a rate limit as well as spent credit.
 * Sources: https://ai.google.dev/gemini-api/docs/troubleshooting; the reasons: googleapis `google/api/error_reason.proto`
 * (of those not in it, recorded answers)
 */
const KIND_BY_CODE: Readonly<Record<string, ProviderErrorKind>> = {
  API_KEY_INVALID: 'rejected',
  API_KEY_LEAKED: 'rejected',
  ACCESS_TOKEN_TYPE_UNSUPPORTED: 'rejected',
  ACCESS_TOKEN_EXPIRED: 'rejected',
  CREDENTIALS_MISSING: 'rejected',
  CONSUMER_SUSPENDED: 'rejected',
  CONSUMER_INVALID: 'rejected',
  API_KEY_SERVICE_BLOCKED: 'limited',
  API_KEY_HTTP_REFERRER_BLOCKED: 'limited',
  API_KEY_IP_ADDRESS_BLOCKED: 'limited',
  API_KEY_ANDROID_APP_BLOCKED: 'limited',
  API_KEY_IOS_APP_BLOCKED: 'limited',
  SERVICE_DISABLED: 'limited',
  BILLING_DISABLED: 'out-of-credit',
  CREDITS_DEPLETED: 'out-of-credit',
  RATE_LIMIT_EXCEEDED: 'rate-limited',
  UNAUTHENTICATED: 'rejected',
  PERMISSION_DENIED: 'limited',
  FAILED_PRECONDITION: 'limited',
  RESOURCE_EXHAUSTED: 'rate-limited',
  INVALID_ARGUMENT: 'invalid-request',
  OUT_OF_RANGE: 'invalid-request',
  NOT_FOUND: 'invalid-request',
  UNIMPLEMENTED: 'invalid-request',
  ABORTED: 'unreachable',
  CANCELLED: 'unreachable',
  DEADLINE_EXCEEDED: 'unreachable',
  INTERNAL: 'unreachable',
  UNKNOWN: 'unreachable',
  UNAVAILABLE: 'unreachable',
}

/**
 * States that Google told by nothing but the text, at least for a time.
 * Sources: https://discuss.ai.google.dev/t/170005 (credit by 429 until September 2026, by 402 since),
 * https://ai.google.dev/gemini-api/docs/billing (spend caps)
 */
const CODE_BY_TEXT: readonly (readonly [RegExp, string])[] = [
  [/prepay(ment)? credits? (are|is) depleted|spend(ing)? cap/i, 'CREDITS_DEPLETED'],
  [/reported as leaked/i, 'API_KEY_LEAKED'],
  [/api key (not valid|not found|expired)/i, 'API_KEY_INVALID'],
]

const readError = (body: unknown): Record<string, unknown> =>
  // Without server-sent events a stream's error comes as a list of one.
  asRecord(asRecord(Array.isArray(body) ? body[0] : body).error)

const readDetails = (body: unknown): Record<string, unknown>[] => {
  const { details } = readError(body)
  return Array.isArray(details) ? details.map(asRecord) : []
}

/** The name of what an answer says, out of a fixed list: texts may quote the key. */
export const readErrorCode = (body: unknown, httpStatus?: number): string | undefined => {
  const { message, status } = readError(body)
  const text = typeof message === 'string' ? CODE_BY_TEXT.find(([pattern]) => pattern.test(message))?.[1] : undefined
  const paid = httpStatus === 402 ? 'CREDITS_DEPLETED' : undefined
  const codes = [text, paid, ...readDetails(body).map(({ reason }) => reason), status]
  return codes.find((code): code is string => typeof code === 'string' && Object.hasOwn(KIND_BY_CODE, code))
}

/** How long an answer asks to wait, in ms. Source: googleapis `google/rpc/error_details.proto` (`RetryInfo`) */
export const readRetryDelay = (body: unknown): number | undefined => {
  const delay = readDetails(body).find(({ retryDelay }) => typeof retryDelay === 'string')?.retryDelay
  const seconds = /^(\d{1,5}(?:\.\d{1,9})?)s$/.exec(String(delay))?.[1]
  return seconds === undefined ? undefined : Math.ceil(Number(seconds) * 1000)
}

const kindOfStatus = (status: number | undefined): ProviderErrorKind => {
  if (status === undefined) return 'failed'
  if (status === 401) return 'rejected'
  if (status === 402) return 'out-of-credit'
  if (status === 403) return 'limited'
  if (status === 429) return 'rate-limited'
  if (status === 408 || status === 499 || status >= 500) return 'unreachable'
  return status >= 400 ? 'invalid-request' : 'failed'
}

const MESSAGES: Readonly<Record<ProviderErrorKind, string>> = {
  rejected: 'Google rejected the Gemini API key: it is wrong, deleted or no longer supported.',
  limited: 'The Gemini API key lacks the permission for this.',
  'out-of-credit': 'The Google project has no credit left, or reached its spend cap.',
  'rate-limited': 'Google takes no more requests from this project at the moment.',
  unreachable: 'Google could not be reached or had a fault of its own.',
  timeout: 'Google did not answer in time.',
  'invalid-request': 'Google refused the request.',
  closed: 'Google broke off its answer.',
  failed: 'Google could not answer.',
}

const MESSAGE_BY_CODE: Readonly<Record<string, string>> = {
  API_KEY_LEAKED: 'Google blocked the Gemini API key because it was found in public.',
  API_KEY_SERVICE_BLOCKED: 'The API key is restricted to other Google APIs than Gemini.',
  API_KEY_IP_ADDRESS_BLOCKED: 'The Gemini API key is restricted to other IP addresses than this server’s.',
  API_KEY_HTTP_REFERRER_BLOCKED: 'The Gemini API key is restricted to web pages.',
  SERVICE_DISABLED: 'The Gemini API is not enabled in the Google project of this key.',
  BILLING_DISABLED: 'Billing is not enabled in the Google project of this key.',
  FAILED_PRECONDITION:
    'Google does not serve this project here: the free tier is not offered in the server’s country, or billing is off.',
  NOT_FOUND: 'Google does not offer this model to this API key.',
}

export type GoogleFailure = {
  status?: number
  body: unknown
  requestId?: string
  unreachable?: boolean
  retryAfterMs?: number
}

/** What a refusal of Google means. Nothing of the answer's text goes into the error. */
export const toGoogleError = (failure: GoogleFailure): ProviderError => {
  const { status, body, requestId, unreachable, retryAfterMs = readRetryDelay(body) } = failure
  const providerCode = unreachable ? undefined : readErrorCode(body, status)
  const kind = unreachable ? 'unreachable' : (KIND_BY_CODE[providerCode ?? ''] ?? kindOfStatus(status))
  const message = MESSAGE_BY_CODE[providerCode ?? ''] ?? MESSAGES[kind]
  return new ProviderError({ provider: 'google', kind, message, providerCode, status, requestId, retryAfterMs })
}
