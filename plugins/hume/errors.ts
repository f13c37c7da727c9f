import { ProviderError, readRetryAfter } from '../../src/provider-kit/index.ts'
import type { ProviderErrorKind, ResponseHeaders } from '../../src/provider-kit/index.ts'

/** Families of Hume's codes. Source: https://dev.hume.ai/docs/resources/errors (`E03…`, credits: from older copies) */
const KIND_BY_CODE: readonly (readonly [RegExp, ProviderErrorKind])[] = [
  [/^E03/, 'out-of-credit'],
  [/^E0[12]/, 'invalid-request'],
]

const MESSAGES: Readonly<Record<ProviderErrorKind, string>> = {
  rejected: 'Hume rejected the API key.',
  limited: 'The Hume API key or plan lacks the permission for this.',
  'out-of-credit': 'The Hume account has no credits left.',
  'rate-limited': 'Hume takes no more requests from this account at the moment.',
  unreachable: 'Hume could not be reached or had a fault of its own.',
  timeout: 'Hume did not speak in time.',
  'invalid-request': 'Hume refused the request: the voice, the model or the text.',
  closed: 'Hume broke off the speech.',
  failed: 'Hume could not speak.',
}

/** Hume answers so where a service is gone. */
const GONE = 'Hume does not offer speech any more: its service ended in November 2026.'

const kindOfStatus = (status: number | undefined): ProviderErrorKind => {
  if (status === undefined) return 'failed'
  if (status === 401) return 'rejected'
  if (status === 402) return 'out-of-credit'
  if (status === 403) return 'limited'
  if (status === 429) return 'rate-limited'
  if (status === 408 || (status >= 500 && status < 600)) return 'unreachable'
  return status >= 400 && status < 500 && status !== 410 ? 'invalid-request' : 'failed'
}

export type HumeFailure = { code?: unknown; status?: number; requestId?: unknown; retryAfterMs?: number }

const asCode = (value: unknown): string | undefined =>
  typeof value === 'string' && /^E\d{4}$/.test(value) ? value : undefined
const asRequestId = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value) ? value : undefined

/** What a refusal of Hume means. Of the answer nothing but its code and request id goes into the error. */
export const toHumeError = ({ code, status, requestId, retryAfterMs }: HumeFailure): ProviderError => {
  const providerCode = asCode(code)
  const byCode = KIND_BY_CODE.find(([family]) => providerCode !== undefined && family.test(providerCode))?.[1]
  const kind = status === 401 ? 'rejected' : (byCode ?? kindOfStatus(status))
  const message = status === 410 ? GONE : MESSAGES[kind]
  return new ProviderError({
    provider: 'hume',
    kind,
    message,
    providerCode,
    status,
    requestId: asRequestId(requestId),
    retryAfterMs,
  })
}

/** A refusal over HTTP: `{message, code?, error?, request_id?}`. */
export const toHttpError = (status: number, headers: ResponseHeaders, body: string): ProviderError => {
  let json: unknown
  try {
    json = JSON.parse(body)
  } catch {
    json = undefined
  }
  const { code, request_id: requestId } = (typeof json === 'object' && json !== null ? json : {}) as Record<
    string,
    unknown
  >
  return toHumeError({ code, status, requestId, retryAfterMs: readRetryAfter(headers) })
}

/** A failure that this side noticed. */
export const ownError = (kind: ProviderErrorKind, message = MESSAGES[kind]): ProviderError =>
  new ProviderError({ provider: 'hume', kind, message })
