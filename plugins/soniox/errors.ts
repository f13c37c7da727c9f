import { ProviderError, readRetryAfter } from '../../src/provider-kit/index.ts'
import type { ProviderErrorKind, ResponseHeaders } from '../../src/provider-kit/index.ts'
import { isObject, numberOf, parseObject, stringOf } from './shape.ts'

/**
 * Soniox's `error_type`, the part of an error that it calls stable.
 * Source: https://soniox.com/docs/api-reference/errors
 */
const KIND_BY_TYPE: Readonly<Record<string, ProviderErrorKind>> = {
  unauthenticated: 'rejected',
  temp_api_key_session_expired: 'rejected',
  permission_denied: 'limited',
  organization_balance_exhausted: 'out-of-credit',
  organization_monthly_budget_exhausted: 'out-of-credit',
  project_monthly_budget_exhausted: 'out-of-credit',
  limit_exceeded: 'rate-limited',
  invalid_request: 'invalid-request',
  model_not_available: 'invalid-request',
  request_timeout: 'closed',
  max_duration_reached: 'closed',
  internal_error: 'unreachable',
  service_unavailable: 'unreachable',
}

const MESSAGES: Readonly<Record<ProviderErrorKind, string>> = {
  rejected: 'Soniox rejected the API key.',
  limited: 'The Soniox API key may not do this: it has to be the key of a project.',
  'out-of-credit': 'The Soniox account has no credit left, or its monthly budget is used up.',
  'rate-limited': 'Soniox takes no more requests or streams from this project at the moment.',
  unreachable: 'Soniox is out of order at the moment.',
  timeout: 'Soniox did not answer in time.',
  'invalid-request': 'Soniox refused a parameter or the audio.',
  closed: 'Soniox closed the stream.',
  failed: 'Soniox failed.',
}

/** Where the type is missing or new. Source: `mapErrorResponse` of @soniox/node 2.3.0 */
const kindOfStatus = (status: number | undefined): ProviderErrorKind => {
  if (status === undefined) return 'failed'
  if (status === 401) return 'rejected'
  if (status === 402) return 'out-of-credit'
  if (status === 403) return 'limited'
  // 408: no audio for too long; 413: five hours are over. The key and the parameters are good.
  if (status === 408 || status === 413) return 'closed'
  if (status === 429) return 'rate-limited'
  if (status >= 500) return 'unreachable'
  return status >= 400 ? 'invalid-request' : 'failed'
}

const REQUEST_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Soniox's id of a request, for its support; undefined where there is none or it is no plain word. */
export const readRequestId = (value: unknown): string | undefined => {
  const text = stringOf(value)
  return text && REQUEST_ID.test(text) ? text : undefined
}

/** What an HTTP refusal means, of a request or of a handshake. Of the answer only a known type and the id are kept. */
export function toSonioxError(answer: { status: number; headers: ResponseHeaders; text: string }): ProviderError {
  const body = parseObject(answer.text) ?? {}
  return createError({
    type: body.error_type,
    status: answer.status,
    requestId: readRequestId(body.request_id),
    retryAfterMs: readRetryAfter(answer.headers),
  })
}

/**
 * The error that a message of a stream tells, before Soniox closes it; undefined where it tells none.
 * Source: https://soniox.com/docs/stt/rt/error-handling
 */
export function toMessageError(message: unknown): ProviderError | undefined {
  if (!isObject(message)) return undefined
  const isError = 'error_code' in message || 'error_message' in message || 'error_type' in message
  if (!isError) return undefined
  const status = numberOf(message.error_code)
  return createError({ type: message.error_type, status, requestId: readRequestId(message.request_id) })
}

/** A close that nobody here asked for and no error message explained. */
export const toCloseError = (close: { code: number; requestId?: string }): ProviderError =>
  new ProviderError({
    provider: 'soniox',
    kind: 'closed',
    message: `${MESSAGES.closed} (${close.code})`,
    status: close.code,
    requestId: close.requestId,
  })

function createError(options: {
  type: unknown
  status?: number
  requestId?: string
  retryAfterMs?: number
}): ProviderError {
  const type = stringOf(options.type) ?? ''
  const providerCode = Object.hasOwn(KIND_BY_TYPE, type) ? type : undefined
  const kind = (providerCode && KIND_BY_TYPE[providerCode]) || kindOfStatus(options.status)
  const details = [options.status, providerCode].filter((detail) => detail !== undefined).join(' ')
  const message = details ? `${MESSAGES[kind]} (${details})` : MESSAGES[kind]
  const { status, requestId, retryAfterMs } = options
  return new ProviderError({ provider: 'soniox', kind, message, providerCode, status, requestId, retryAfterMs })
}
