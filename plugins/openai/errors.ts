import { ProviderError } from '../../src/provider-kit/index.ts'
import type { ProviderErrorKind } from '../../src/provider-kit/index.ts'

/**
 * OpenAI's own codes that mean something else than their HTTP status says.
 * Source: https://developers.openai.com/api/docs/guides/error-codes
 */
const KIND_BY_CODE: Readonly<Record<string, ProviderErrorKind>> = {
  invalid_api_key: 'rejected',
  account_deactivated: 'rejected',
  insufficient_quota: 'out-of-credit',
  credit_balance_exhausted: 'out-of-credit',
  billing_hard_limit_reached: 'out-of-credit',
  billing_not_active: 'out-of-credit',
  rate_limit_exceeded: 'rate-limited',
  insufficient_permissions: 'limited',
  missing_scope: 'limited',
  unsupported_country_region_territory: 'limited',
  model_not_found: 'invalid-request',
  context_length_exceeded: 'invalid-request',
  server_error: 'unreachable',
  session_expired: 'closed',
}

const MESSAGES: Readonly<Record<ProviderErrorKind, string>> = {
  rejected: 'OpenAI rejected the API key: it is wrong, revoked, or its project was deleted.',
  limited: 'The OpenAI API key lacks the permission for this.',
  'out-of-credit': 'The OpenAI account has no credit or quota left.',
  'rate-limited': 'OpenAI takes no more requests from this project at the moment.',
  unreachable: 'OpenAI could not be reached or had a fault of its own.',
  timeout: 'OpenAI did not answer in time.',
  'invalid-request': 'OpenAI refused the request.',
  closed: 'OpenAI broke off its answer.',
  failed: 'OpenAI could not answer.',
}

const MESSAGE_BY_CODE: Readonly<Record<string, string>> = {
  model_not_found: 'OpenAI does not offer this model to this API key.',
  context_length_exceeded: 'The conversation is longer than the OpenAI model takes.',
  unsupported_country_region_territory: 'OpenAI does not serve the country that this server is in.',
}

const kindOfStatus = (status: number | undefined): ProviderErrorKind => {
  if (status === undefined) return 'failed'
  if (status === 401) return 'rejected'
  if (status === 402) return 'out-of-credit'
  if (status === 403) return 'limited'
  if (status === 429) return 'rate-limited'
  if (status === 408 || status === 409 || status >= 500) return 'unreachable'
  return status >= 400 ? 'invalid-request' : 'failed'
}

const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

/** Codes are words in snake case; whatever else stands there (an echoed key, say) is not taken over. */
const asCode = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[a-z]+(_[a-z]+)*$/.test(value) && value.length <= 48 ? value : undefined

/**
 * The code of an OpenAI answer, `{"error":{"message","type","param","code"}}`, and where that is null its type.
 * A restricted key without the scope says so in its message only.
 */
export const readErrorCode = (body: unknown): string | undefined => {
  const error = asRecord(asRecord(body).error)
  if (typeof error.message === 'string' && /missing scopes?:/i.test(error.message)) return 'missing_scope'
  const { code, type } = { code: asCode(error.code), type: asCode(error.type) }
  return code ?? (type === undefined || type === 'invalid_request_error' ? undefined : type)
}

type OpenAiFailure = {
  status?: number
  body: unknown
  requestId?: string
  unreachable?: boolean
  retryAfterMs?: number
}

/** What a refusal of OpenAI means. Nothing of the answer's text but its code goes into the error. */
export const toOpenAiError = (failure: OpenAiFailure): ProviderError => {
  const { status, body, requestId, unreachable = false, retryAfterMs } = failure
  const providerCode = readErrorCode(body)
  const kind = unreachable ? 'unreachable' : (KIND_BY_CODE[providerCode ?? ''] ?? kindOfStatus(status))
  const message = MESSAGE_BY_CODE[providerCode ?? ''] ?? MESSAGES[kind]
  return new ProviderError({ provider: 'openai', kind, message, providerCode, status, requestId, retryAfterMs })
}

type OpenAiClose = { code: number; reason: string; requestId?: string }

/**
 * What the end of a session means that nobody asked for. The reason names the error's type and code.
 * Source: https://github.com/twilio-samples/speech-assistant-openai-realtime-api-python/issues/4
 * (3000, `invalid_request_error.invalid_api_key`)
 */
export const toCloseError = ({ code, reason, requestId }: OpenAiClose): ProviderError => {
  const [type, named] = reason.split('.')
  if (named) return toOpenAiError({ body: { error: { type, code: named } }, requestId })
  return new ProviderError({ provider: 'openai', kind: 'closed', message: MESSAGES.closed, status: code, requestId })
}
