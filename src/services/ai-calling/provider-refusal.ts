import type { ProviderError, ProviderErrorKind } from '../../provider-kit/index.ts'
import { ApiError } from '../../rest/api-error.ts'
import { SETUP_URL } from '../catalogue.ts'

type Refusal = { status: number; code: string; isAboutKey: boolean }

const REFUSALS: Record<ProviderErrorKind, Refusal> = {
  rejected: { status: 409, code: 'key_rejected', isAboutKey: true },
  limited: { status: 409, code: 'key_limited', isAboutKey: true },
  'out-of-credit': { status: 409, code: 'out_of_credit', isAboutKey: true },
  'rate-limited': { status: 429, code: 'provider_rate_limited', isAboutKey: false },
  'invalid-request': { status: 422, code: 'provider_refused', isAboutKey: false },
  unreachable: { status: 502, code: 'provider_unreachable', isAboutKey: false },
  timeout: { status: 504, code: 'provider_timeout', isAboutKey: false },
  closed: { status: 502, code: 'provider_failed', isAboutKey: false },
  failed: { status: 502, code: 'provider_failed', isAboutKey: false },
}

/**
 * A provider's failure as our endpoints tell it: named as the provider's, and where to mend it if the key is the cause.
 * @param scrub takes the key out of what a plugin says
 */
export const toProviderRefusal = (
  { kind, provider, message, retryAfterMs }: ProviderError,
  scrub: (text: string) => string,
): ApiError => {
  const { status, code, isAboutKey } = REFUSALS[kind]
  const details = {
    provider,
    ...(isAboutKey ? { setupUrl: `${SETUP_URL}#${provider}` } : {}),
    ...(retryAfterMs === undefined ? {} : { retryAfterSeconds: Math.ceil(retryAfterMs / 1_000) }),
  }
  return new ApiError({ status, code, message: scrub(message), details })
}
