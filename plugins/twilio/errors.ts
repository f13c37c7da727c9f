import { ProviderError } from '../../src/provider-kit/index.ts'
import { isObject } from './shape.ts'
import type { ProviderErrorKind } from '../../src/provider-kit/index.ts'

/** The call is not in a state that the command allows: it has ended. https://www.twilio.com/docs/api/errors/21220 */
export const INVALID_CALL_STATE = '21220'

/** The account is suspended or closed: the credentials are good, nothing can be done with them. */
export const ACCOUNT_NOT_ACTIVE: ReadonlySet<string> = new Set(['10001', '20005'])

/** Twilio's own codes; what is not listed goes by the HTTP status. Source: https://www.twilio.com/docs/api/errors */
const KIND_BY_CODE: Readonly<Record<string, ProviderErrorKind>> = {
  '20003': 'rejected',
  '10001': 'limited',
  '20005': 'limited',
  '20403': 'limited',
  '10004': 'rate-limited',
  '14107': 'rate-limited',
  '20429': 'rate-limited',
  [INVALID_CALL_STATE]: 'closed',
}

const MESSAGES: Readonly<Record<ProviderErrorKind, string>> = {
  rejected: 'Twilio rejected the account SID and auth token.',
  limited: 'The Twilio account may not do this, or is suspended.',
  'out-of-credit': 'The Twilio account has no credit left.',
  'rate-limited': 'Twilio takes no more requests or calls from this account at the moment.',
  unreachable: 'Twilio did not answer.',
  timeout: 'Twilio did not answer in time.',
  'invalid-request': 'Twilio refused the request as invalid.',
  closed: 'The call has already ended.',
  failed: 'Twilio could not do what was asked.',
}

/** What a person can mend, where the code says it. Each has its page under https://www.twilio.com/docs/api/errors/ */
const MESSAGE_BY_CODE: Readonly<Record<string, string>> = {
  '21210': 'Twilio refused the caller number: it is neither a number of this account nor a verified caller id.',
  '21211': 'Twilio refused the number to call: it is not a valid telephone number.',
  '21212': 'Twilio refused the caller number: it is not a valid telephone number.',
  '21214': 'Twilio cannot reach the number to call.',
  '21215': 'The Twilio account may not call that country; allow it under Voice → Settings → Geo permissions.',
  '21219': 'A Twilio trial account may call verified numbers only. Verify the number or upgrade the account.',
}

/** The code of a Twilio answer (`{"code":20003,"message":…,"status":401}`), if it has one. */
export const readErrorCode = (body: unknown): string | undefined => {
  const code = isObject(body) ? String(body.code) : ''
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
 * What a refusal of Twilio means. Nothing of the answer but its numeric code goes into the error.
 * @param status HTTP status
 * @param body the parsed answer, if it was JSON
 * @param action what was asked for, `dial`
 * Source of the answer's shape: `lib/base/RestException.js` of the `twilio` package.
 */
export const toTwilioError = ({
  status,
  body,
  action,
  retryAfterMs,
}: {
  status: number
  body: unknown
  action: string
  retryAfterMs?: number
}): ProviderError => {
  const providerCode = readErrorCode(body)
  const kind = KIND_BY_CODE[providerCode ?? ''] ?? kindOfStatus(status)
  const code = providerCode === undefined ? `HTTP ${status}` : `HTTP ${status}, code ${providerCode}`
  return new ProviderError({
    provider: 'twilio',
    kind,
    status,
    providerCode,
    retryAfterMs,
    message: `${MESSAGE_BY_CODE[providerCode ?? ''] ?? MESSAGES[kind]} (${action}: ${code})`,
  })
}
