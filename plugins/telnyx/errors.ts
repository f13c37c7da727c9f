import { ProviderError } from '../../src/provider-kit/index.ts'
import { isObject } from './shape.ts'
import type { ProviderErrorKind } from '../../src/provider-kit/index.ts'

/** The call ended before the command arrived: HTTP 422 on any action. Source: pipecat-ai/pipecat pull request 2054. */
export const CALL_ALREADY_ENDED = '90018'

/** Telnyx's own codes. Source: https://developers.telnyx.com/docs/development/api-fundamentals/error-codes */
const KIND_BY_CODE: Readonly<Record<string, ProviderErrorKind>> = {
  '10009': 'rejected',
  '20012': 'rejected',
  '10010': 'limited',
  '10011': 'rate-limited',
  '90042': 'rate-limited',
  '90043': 'rate-limited',
  '20100': 'out-of-credit',
  [CALL_ALREADY_ENDED]: 'closed',
}

const MESSAGES: Readonly<Record<ProviderErrorKind, string>> = {
  rejected: 'Telnyx rejected the API key, or the account is inactive.',
  limited: 'The Telnyx API key lacks the permission for this.',
  'out-of-credit': 'The Telnyx account has no credit left.',
  'rate-limited': 'Telnyx takes no more requests or calls from this account at the moment.',
  unreachable: 'Telnyx did not answer.',
  timeout: 'Telnyx did not answer in time.',
  'invalid-request': 'Telnyx refused the request as invalid.',
  closed: 'The call has already ended.',
  failed: 'Telnyx could not do what was asked.',
}

/** The first error code of a Telnyx answer (`{"errors":[{"code":"10009",…}]}`), if it has one. */
export const readErrorCode = (body: unknown): string | undefined => {
  const first: unknown = isObject(body) && Array.isArray(body.errors) ? body.errors[0] : undefined
  const code = isObject(first) ? String(first.code) : ''
  return /^\d{1,10}$/.test(code) ? code : undefined
}

const kindOfStatus = (status: number): ProviderErrorKind => {
  if (status === 401) return 'rejected'
  if (status === 402) return 'out-of-credit'
  if (status === 403) return 'limited'
  if (status === 408 || status >= 500) return 'unreachable'
  if (status === 429) return 'rate-limited'
  return status >= 400 ? 'invalid-request' : 'failed'
}

/**
 * What a refusal of Telnyx means. Nothing of the answer but its numeric code goes into the error.
 * @param status HTTP status
 * @param body the parsed answer, if it was JSON
 * @param action what was asked for, `answer`
 */
export const toTelnyxError = ({
  status,
  body,
  action,
}: {
  status: number
  body: unknown
  action: string
}): ProviderError => {
  const providerCode = readErrorCode(body)
  const kind = KIND_BY_CODE[providerCode ?? ''] ?? kindOfStatus(status)
  const code = providerCode === undefined ? `HTTP ${status}` : `HTTP ${status}, code ${providerCode}`
  return new ProviderError({
    provider: 'telnyx',
    kind,
    status,
    providerCode,
    message: `${MESSAGES[kind]} (${action}: ${code})`,
  })
}
