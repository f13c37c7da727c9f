import { ProviderError, readRetryAfter } from '../../src/provider-kit/index.ts'
import type { ProviderErrorKind, ResponseHeaders } from '../../src/provider-kit/index.ts'

/**
 * Deepgram's own codes, in bodies, in the `dg-error` header and in close reasons.
 * Sources: https://developers.deepgram.com/docs/errors,
 * https://developers.deepgram.com/docs/stt-troubleshooting-websocket-data-and-net-errors,
 * https://developers.deepgram.com/docs/tts-troubleshooting-websocket-net-and-data-errors
 */
const KIND_BY_CODE: Readonly<Record<string, ProviderErrorKind>> = {
  INVALID_AUTH: 'rejected',
  INSUFFICIENT_PERMISSIONS: 'limited',
  ASR_PAYMENT_REQUIRED: 'out-of-credit',
  TOO_MANY_REQUESTS: 'rate-limited',
  PROJECT_NOT_FOUND: 'failed',
  INTERNAL_SERVER_ERROR: 'unreachable',
  INVALID_QUERY_PARAMETER: 'invalid-request',
  UNPARSABLE_CLIENT_MESSAGE: 'failed',
  'MESSAGE-0000': 'failed',
  'DATA-0000': 'invalid-request',
  'DATA-0001': 'rate-limited',
  'BIG-0000': 'invalid-request',
  'BIG-0001': 'invalid-request',
  'NET-0000': 'unreachable',
  'NET-0001': 'closed',
  'NET-0002': 'closed',
  'NET-0003': 'closed',
}

const MESSAGES: Readonly<Record<ProviderErrorKind, string>> = {
  rejected: 'Deepgram rejected the API key.',
  limited: 'The Deepgram API key lacks the permission for this.',
  'out-of-credit': 'The Deepgram project has no credit left.',
  'rate-limited': 'Deepgram takes no more requests or streams from this project at the moment.',
  unreachable: 'Deepgram is out of order at the moment.',
  timeout: 'Deepgram did not answer in time.',
  'invalid-request': 'Deepgram refused a parameter, the audio or the text.',
  closed: 'Deepgram closed the stream.',
  failed: 'Deepgram failed.',
}

/** The plain-text variant of INSUFFICIENT_PERMISSIONS names no code. Source: https://developers.deepgram.com/docs/errors */
const PERMISSION_TEXT = /sufficient permissions/i

const kindOfStatus = (status: number): ProviderErrorKind => {
  if (status === 401) return 'rejected'
  if (status === 402) return 'out-of-credit'
  if (status === 403) return 'limited'
  if (status === 408 || status >= 500) return 'unreachable'
  if (status === 429) return 'rate-limited'
  return status >= 400 ? 'invalid-request' : 'failed'
}

/** Finds a known code wherever the text holds it, so that every envelope is read: plain, `err_code` and `category`. */
const findCode = (text: string): string | undefined => {
  const code = Object.keys(KIND_BY_CODE).find((candidate) => text.includes(candidate))
  return code ?? (PERMISSION_TEXT.test(text) ? 'INSUFFICIENT_PERMISSIONS' : undefined)
}

const REQUEST_ID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i

/** Deepgram's id of a request, from the `dg-request-id` header or the body. Source: https://deepgram.com/changelog/real-time-debugging-improvements */
export const readRequestId = (headers: ResponseHeaders, text = ''): string | undefined =>
  (REQUEST_ID.exec(headers['dg-request-id'] ?? '') ?? REQUEST_ID.exec(text))?.[0]

/**
 * What an HTTP refusal means, of a request or of a handshake. Nothing of the answer goes into the error but a known
 * code and the request id. The reason comes in the body, in `dg-error`, or in both.
 */
export function toDeepgramError(answer: { status: number; headers: ResponseHeaders; text: string }): ProviderError {
  const { status, headers, text } = answer
  const providerCode = findCode(`${text}\n${headers['dg-error'] ?? ''}`)
  const kind = providerCode ? (KIND_BY_CODE[providerCode] ?? 'failed') : kindOfStatus(status)
  const retryAfterMs = readRetryAfter(headers)
  return createError({ kind, providerCode, status, requestId: readRequestId(headers, text), retryAfterMs })
}

/** What a close means that nobody here asked for: 1008 and 1011 carry a code in the reason. */
export function toCloseError(close: { code: number; reason: string; requestId?: string }): ProviderError {
  const providerCode = findCode(close.reason)
  const kind = providerCode ? (KIND_BY_CODE[providerCode] ?? 'closed') : 'closed'
  return createError({ kind, providerCode, status: close.code, requestId: close.requestId })
}

/** A failure that this side noticed. */
export const ownError = (kind: ProviderErrorKind, message = MESSAGES[kind]): ProviderError =>
  new ProviderError({ provider: 'deepgram', kind, message })

/** What a message of type `Error` means (v2; fatal). Source: deepgram-api-specs asyncapi.yml, ListenV2FatalError */
export function toMessageError(message: { code: string; requestId?: string }): ProviderError {
  const providerCode = findCode(message.code)
  const kind = providerCode ? (KIND_BY_CODE[providerCode] ?? 'failed') : 'failed'
  return createError({ kind, providerCode, requestId: message.requestId })
}

function createError(options: {
  kind: ProviderErrorKind
  providerCode?: string
  status?: number
  requestId?: string
  retryAfterMs?: number
}): ProviderError {
  const details = [options.status, options.providerCode].filter((detail) => detail !== undefined).join(' ')
  const message = details ? `${MESSAGES[options.kind]} (${details})` : MESSAGES[options.kind]
  return new ProviderError({ provider: 'deepgram', message, ...options })
}
