import { ProviderError, readRetryAfter } from '../../src/provider-kit/index.ts'
import type { ProviderErrorKind, ResponseHeaders } from '../../src/provider-kit/index.ts'

/**
 * What Cartesia's `error_code` means. The documentation shows `concurrency_limited` alone and has no list, so the others
 * are told by the words in them.
 * Source: https://docs.cartesia.ai/use-the-api/api-errors
 */
const KIND_BY_WORD: readonly (readonly [RegExp, ProviderErrorKind])[] = [
  [/concurren|rate_limit|too_many/, 'rate-limited'],
  [/credit|quota|payment|billing|usage_limit/, 'out-of-credit'],
  [/unauthori[sz]ed|unauthenticated|api_key|authentication/, 'rejected'],
  [/permission|forbidden|upgrade|plan/, 'limited'],
  [/internal|unavailable|overloaded/, 'unreachable'],
  [/not_found|invalid|unsupported|validation|bad_request|missing/, 'invalid-request'],
]

const MESSAGES: Readonly<Record<ProviderErrorKind, string>> = {
  rejected: 'Cartesia rejected the API key.',
  limited: 'The Cartesia API key or plan lacks the permission for this.',
  'out-of-credit': 'The Cartesia account has no credits left.',
  'rate-limited': 'Cartesia takes no more requests from this account at the moment.',
  unreachable: 'Cartesia could not be reached or had a fault of its own.',
  timeout: 'Cartesia did not speak in time.',
  'invalid-request': 'Cartesia refused the request.',
  closed: 'Cartesia broke off the speech.',
  failed: 'Cartesia could not speak.',
}

const messageOf = (kind: ProviderErrorKind, code: string | undefined): string => {
  if (kind === 'invalid-request' && code?.includes('voice'))
    return 'Cartesia does not know this voice, or this API key may not use it.'
  if (kind === 'rate-limited' && code?.includes('concurren'))
    return 'The plan of this Cartesia account takes no more utterances at once.'
  return MESSAGES[kind]
}

/** What Cartesia says of a failure; over HTTP and on the socket alike. */
export type CartesiaFailure = {
  code?: unknown
  status?: number
  /** Title and message: read for what they say of credits where no code does, never passed on. */
  text?: string
  requestId?: unknown
  retryAfterMs?: number
}

/** Codes are words in snake case; whatever else stands there, an echoed key above all, is not taken over. */
const asCode = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[a-z]+(_[a-z]+)*$/.test(value) && value.length <= 48 && !value.startsWith('sk_')
    ? value
    : undefined

const asRequestId = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[0-9a-f-]{36}(:[\w-]{1,40})*$/i.test(value) ? value : undefined

const kindOf = ({ status, text = '' }: CartesiaFailure, code: string | undefined): ProviderErrorKind => {
  const byCode = KIND_BY_WORD.find(([word]) => code !== undefined && word.test(code))?.[1]
  if (byCode) return byCode
  if (status === undefined) return 'failed'
  if (status === 401) return 'rejected'
  const isAboutCredits = /\bcredits?\b|quota/i.test(text)
  if (status === 402 || ((status === 403 || status === 429) && isAboutCredits)) return 'out-of-credit'
  if (status === 403) return 'limited'
  if (status === 429) return 'rate-limited'
  if (status === 408 || (status >= 500 && status < 600)) return 'unreachable'
  return status >= 400 && status < 500 ? 'invalid-request' : 'failed'
}

/** What a refusal of Cartesia means. Of the answer nothing but its code and request id goes into the error. */
export const toCartesiaError = (failure: CartesiaFailure): ProviderError => {
  const providerCode = asCode(failure.code)
  const kind = kindOf(failure, providerCode)
  return new ProviderError({
    provider: 'cartesia',
    kind,
    message: messageOf(kind, providerCode),
    providerCode,
    status: failure.status,
    requestId: asRequestId(failure.requestId),
    retryAfterMs: failure.retryAfterMs,
  })
}

const asRecord = (text: string): Record<string, unknown> => {
  try {
    const json: unknown = JSON.parse(text)
    return typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

/** A refusal over HTTP. The body is an object since version 2026-03-01, and was the text `Title: Message` before. */
export const toHttpError = (status: number, headers: ResponseHeaders, body: string): ProviderError => {
  const { error_code: code, request_id: requestId } = asRecord(body)
  return toCartesiaError({ code, status, text: body, requestId, retryAfterMs: readRetryAfter(headers) })
}

/** A failure that this side noticed. */
export const ownError = (kind: ProviderErrorKind, message = MESSAGES[kind]): ProviderError =>
  new ProviderError({ provider: 'cartesia', kind, message })
