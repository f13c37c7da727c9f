import { ProviderError, readRetryAfter } from '../../src/provider-kit/index.ts'
import type { ProviderErrorKind, ResponseHeaders } from '../../src/provider-kit/index.ts'
import { numberOf, parseObject, stringOf } from './shape.ts'

const MESSAGES: Readonly<Record<ProviderErrorKind, string>> = {
  rejected: 'AssemblyAI rejected the API key.',
  limited: 'The AssemblyAI account may not use this: it needs a payment method or another plan.',
  'out-of-credit': 'The AssemblyAI account has no credit left.',
  'rate-limited': 'AssemblyAI takes no more requests or streams from this account at the moment.',
  unreachable: 'AssemblyAI is out of order at the moment.',
  timeout: 'AssemblyAI did not answer in time.',
  'invalid-request': 'AssemblyAI refused a parameter or the audio.',
  closed: 'AssemblyAI closed the stream.',
  failed: 'AssemblyAI failed.',
}

/**
 * One code stands for several things (1008: wrong key, empty account, disabled account, sometimes too many streams; 400:
 * bad parameter, negative balance), so that the text decides first. Nothing of it is repeated.
 * Sources: https://www.assemblyai.com/docs/streaming/common-session-errors-and-closures,
 * https://www.assemblyai.com/docs/guides/common_errors_and_solutions
 */
const KIND_BY_TEXT: readonly (readonly [RegExp, ProviderErrorKind])[] = [
  [/paid[- ]only|add a credit card/i, 'limited'],
  [/\bbalance\b|insufficient (funds|credit)|out of credit|top up/i, 'out-of-credit'],
  [/too many|concurren|rate limit/i, 'rate-limited'],
  [/rate exceeded|too fast/i, 'closed'],
]

/** Close codes and `error_code`. Source: the page above and `StreamingErrorType` of assemblyai 4.41.5. */
const KIND_BY_CODE: Readonly<Record<number, ProviderErrorKind>> = {
  1008: 'rejected',
  1011: 'unreachable',
  3005: 'unreachable',
  3006: 'invalid-request',
  3007: 'invalid-request',
  3008: 'closed',
  3009: 'rate-limited',
  4000: 'invalid-request',
  4001: 'rejected',
  4002: 'out-of-credit',
  4003: 'limited',
  4008: 'closed',
  4010: 'closed',
  4029: 'rate-limited',
  4031: 'closed',
  4032: 'invalid-request',
  4033: 'invalid-request',
  4034: 'invalid-request',
  4101: 'invalid-request',
  4102: 'rate-limited',
}

const kindOfStatus = (status: number): ProviderErrorKind => {
  if (status === 401) return 'rejected'
  if (status === 402) return 'out-of-credit'
  if (status === 403) return 'limited'
  if (status === 408 || status >= 500) return 'unreachable'
  if (status === 429) return 'rate-limited'
  return status >= 400 ? 'invalid-request' : 'failed'
}

const kindOfText = (text: string): ProviderErrorKind | undefined =>
  KIND_BY_TEXT.find(([pattern]) => pattern.test(text))?.[1]

/** What an HTTP refusal means, of a request or of a handshake. A 5xx is never judged by its text. */
export function toAssemblyAiError(answer: { status: number; headers: ResponseHeaders; text: string }): ProviderError {
  const { status, headers, text } = answer
  const error = stringOf(parseObject(text)?.error) ?? text
  const kind = status < 500 ? (kindOfText(error) ?? kindOfStatus(status)) : kindOfStatus(status)
  return createError({ kind, status, retryAfterMs: readRetryAfter(headers) })
}

/** What an `Error` message of a stream means; it comes right before the close. */
export function toMessageError(message: Record<string, unknown>, requestId?: string): ProviderError {
  const text = stringOf(message.error) ?? ''
  // Older servers leave the code to the close frame.
  const code = numberOf(message.error_code) ?? (/^unauthorized/i.test(text) ? 1008 : undefined)
  return createError({ kind: kindOf(code, text, 'failed'), status: code, requestId })
}

/** What a close means that nobody here asked for and no `Error` message explained. */
export const toCloseError = (close: { code: number; reason: string; requestId?: string }): ProviderError =>
  createError({
    kind: kindOf(close.code, close.reason, 'closed'),
    status: close.code,
    requestId: close.requestId,
  })

function kindOf(code: number | undefined, text: string, otherwise: ProviderErrorKind): ProviderErrorKind {
  const byCode = code === undefined ? undefined : KIND_BY_CODE[code]
  // The text of a server's own failure may hold any word.
  return byCode === 'unreachable' ? byCode : (kindOfText(text) ?? byCode ?? otherwise)
}

function createError(options: {
  kind: ProviderErrorKind
  status?: number
  requestId?: string
  retryAfterMs?: number
}): ProviderError {
  const { kind, status } = options
  const message = status === undefined ? MESSAGES[kind] : `${MESSAGES[kind]} (${status})`
  const providerCode = status === undefined ? undefined : String(status)
  return new ProviderError({ provider: 'assemblyai', message, providerCode, ...options })
}
