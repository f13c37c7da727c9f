import { asRequestId, ProviderError, readRetryAfter } from '../../src/provider-kit/index.ts'
import type { ProviderErrorKind, ResponseHeaders } from '../../src/provider-kit/index.ts'
import { parseObject } from './shape.ts'

/**
 * Acme's own codes, the same over HTTP and in messages. Branch on these, not on the status: providers answer 401 for an
 * empty account, 400 for a bad key, 403 for too many requests.
 * Source: https://docs.acme.example/errors
 */
const KIND_BY_CODE: Readonly<Record<string, ProviderErrorKind>> = {
  bad_key: 'rejected',
  no_permission: 'limited',
  no_minutes: 'out-of-credit',
  too_many_streams: 'rate-limited',
  bad_option: 'invalid-request',
  internal: 'unreachable',
}

const MESSAGES: Readonly<Record<ProviderErrorKind, string>> = {
  rejected: 'Acme rejected the API key.',
  limited: 'The Acme API key lacks the permission for this.',
  'out-of-credit': 'The Acme account has no minutes left.',
  'rate-limited': 'Acme takes no more streams from this account at the moment.',
  unreachable: 'Acme could not be reached or had a fault of its own.',
  timeout: 'Acme did not answer in time.',
  'invalid-request': 'Acme refused an option.',
  closed: 'Acme broke off the transcription.',
  failed: 'Acme could not transcribe.',
}

const kindOfStatus = (status: number): ProviderErrorKind => {
  if (status === 401) return 'rejected'
  if (status === 402) return 'out-of-credit'
  if (status === 403) return 'limited'
  if (status === 429) return 'rate-limited'
  return status >= 500 ? 'unreachable' : 'invalid-request'
}

type Refusal = { code?: unknown; kind?: ProviderErrorKind; status?: number; requestId?: unknown; retryAfterMs?: number }

/** What a refusal means. Of what Acme said only a code that is known is kept: the rest may repeat the key. */
export function toAcmeError({ code, kind, status, requestId, retryAfterMs }: Refusal): ProviderError {
  const providerCode = typeof code === 'string' && Object.hasOwn(KIND_BY_CODE, code) ? code : undefined
  const known = providerCode === undefined ? undefined : KIND_BY_CODE[providerCode]
  const meant = known ?? kind ?? (status === undefined ? 'failed' : kindOfStatus(status))
  return new ProviderError({
    provider: 'acme',
    kind: meant,
    message: MESSAGES[meant],
    providerCode,
    status,
    requestId: /^[0-9a-f-]{36}$/.test(String(requestId)) ? asRequestId(requestId) : undefined,
    retryAfterMs,
  })
}

/** The refusal of a request, or of a handshake. */
export const toHttpError = (status: number, headers: ResponseHeaders, text: string): ProviderError =>
  toAcmeError({ code: parseObject(text)?.code, status, retryAfterMs: readRetryAfter(headers) })
