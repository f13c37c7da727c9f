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

/**
 * Why Telnyx dials a number for nobody, `{"telnyx_error":{"error_code":"D38"}}` beside HTTP 403 and a code that speaks of
 * a missing authorization.
 * Sources: https://support.telnyx.com/en/articles/4409457-telnyx-sip-response-codes,
 * https://github.com/dograh-hq/dograh/issues/778 (the answer to a dial, recorded live)
 */
const REFUSED_DIALS: Readonly<Record<string, { kind: ProviderErrorKind; message: string }>> = {
  D1: { kind: 'rate-limited', message: 'The Telnyx account has as many calls out as it may have.' },
  D2: { kind: 'rate-limited', message: 'The outbound voice profile has as many calls out as it may have.' },
  D11: { kind: 'invalid-request', message: 'Telnyx does not take this for a number that can be called.' },
  D12: {
    kind: 'invalid-request',
    message: 'The service plan of the outbound voice profile does not cover this number.',
  },
  D13: {
    kind: 'invalid-request',
    message: 'The outbound voice profile does not allow calls to this country. Allow it in the Telnyx portal.',
  },
  D35: { kind: 'invalid-request', message: 'Telnyx does not accept the number that the call is made from.' },
  D38: {
    kind: 'limited',
    message:
      'The Voice API application has no outbound voice profile, so it cannot call anybody. Assign one in the Telnyx portal.',
  },
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

const readDialCode = (body: unknown): string | undefined => {
  const error: unknown = isObject(body) ? body.telnyx_error : undefined
  const code = isObject(error) ? String(error.error_code) : ''
  return /^D\d{1,2}$/.test(code) ? code : undefined
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
 * What a refusal of Telnyx means. Nothing of the answer but its code goes into the error.
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
  const refused = REFUSED_DIALS[readDialCode(body) ?? '']
  const providerCode = readDialCode(body) ?? readErrorCode(body)
  const kind = refused?.kind ?? KIND_BY_CODE[readErrorCode(body) ?? ''] ?? kindOfStatus(status)
  const code = providerCode === undefined ? `HTTP ${status}` : `HTTP ${status}, code ${providerCode}`
  return new ProviderError({
    provider: 'telnyx',
    kind,
    status,
    providerCode,
    message: `${refused?.message ?? MESSAGES[kind]} (${action}: ${code})`,
  })
}
