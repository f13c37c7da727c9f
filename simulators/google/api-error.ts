import type { Refusal } from '../llm-kit/index.ts'

type ErrorOptions = {
  /** HTTP status. */
  code: number
  status: string
  message: string
  /** Of an `ErrorInfo`, `API_KEY_INVALID`. */
  reason?: string
  details?: readonly object[]
}

/** Google's error. Source: https://google.aip.dev/193 */
const refusal = ({ code, status, message, reason, details = [] }: ErrorOptions): Refusal => {
  const metadata = { service: 'generativelanguage.googleapis.com' }
  const info = { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'googleapis.com', metadata }
  const all = [...(reason ? [info] : []), ...details]
  return { status: code, body: { error: { code, message, status, ...(all.length > 0 && { details: all }) } } }
}

export const invalidArgument = (message: string): Refusal => refusal({ code: 400, status: 'INVALID_ARGUMENT', message })

/** HTTP 400, not 401. */
export const invalidKey = (): Refusal =>
  refusal({
    code: 400,
    status: 'INVALID_ARGUMENT',
    message: 'API key not valid. Please pass a valid API key.',
    reason: 'API_KEY_INVALID',
  })

export const missingKey: Refusal = refusal({
  code: 403,
  status: 'PERMISSION_DENIED',
  message:
    "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.",
})

/** Reported for `AQ.` keys beside another credential: https://discuss.ai.google.dev/t/171575 */
export const severalCredentials: Refusal = invalidArgument(
  'Multiple authentication credentials received. Please pass only one.',
)

const NO_CREDENTIALS =
  'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.'

/** What bars a key from every request, the list of models included. */
export const KEY_BARS = {
  /** A standard key since their end: https://github.com/Kilo-Org/kilocode/issues/11763 */
  'standard-key-ended': refusal({ code: 401, status: 'UNAUTHENTICATED', message: NO_CREDENTIALS }),
  'service-blocked': refusal({
    code: 403,
    status: 'PERMISSION_DENIED',
    message: 'Requests to this API generativelanguage.googleapis.com are blocked.',
    reason: 'API_KEY_SERVICE_BLOCKED',
  }),
  'service-disabled': refusal({
    code: 403,
    status: 'PERMISSION_DENIED',
    message: 'Generative Language API has not been used in project 1 before or it is disabled.',
    reason: 'SERVICE_DISABLED',
  }),
  /** https://discuss.ai.google.dev/t/190739 */
  precondition: refusal({ code: 400, status: 'FAILED_PRECONDITION', message: 'User location is not supported.' }),
} as const satisfies Record<string, Refusal>

/** What bars a key from generating, while it lists models as a good one does. */
export const GENERATION_BARS = {
  /** https://github.com/google-gemini/gemini-cli/issues/28538 */
  'token-type': refusal({
    code: 401,
    status: 'UNAUTHENTICATED',
    message: NO_CREDENTIALS,
    reason: 'ACCESS_TOKEN_TYPE_UNSUPPORTED',
  }),
  permission: refusal({ code: 403, status: 'PERMISSION_DENIED', message: 'The caller does not have permission' }),
  /** Since September 2026: https://discuss.ai.google.dev/t/183654 */
  'no-credit': refusal({
    code: 402,
    status: 'RESOURCE_EXHAUSTED',
    message:
      'Your prepayment credits are depleted. Please go to AI Studio at https://ai.studio/projects to manage your project and billing.',
  }),
  /** Before that, and for a while in some regions: https://discuss.ai.google.dev/t/170005 */
  'no-credit-429': refusal({
    code: 429,
    status: 'RESOURCE_EXHAUSTED',
    message: 'Your prepayment credits are depleted. Please go to AI Studio to manage your project and billing.',
  }),
  quota: refusal({
    code: 429,
    status: 'RESOURCE_EXHAUSTED',
    message: 'You exceeded your current quota, please check your plan and billing details.',
    details: [
      {
        '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
        violations: [{ quotaId: 'GenerateRequestsPerDayPerProjectPerModel-FreeTier', quotaValue: '20' }],
      },
      { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '7.5s' },
    ],
  }),
} as const satisfies Record<string, Refusal>

export const modelNotFound = (model: string): Refusal =>
  refusal({
    code: 404,
    status: 'NOT_FOUND',
    message: `models/${model} is not found for API version v1beta, or is not supported for generateContent.`,
  })

export const unavailable: Refusal = refusal({
  code: 503,
  status: 'UNAVAILABLE',
  message: 'The model is overloaded. Please try again later.',
})

export const internalError: Refusal = refusal({
  code: 500,
  status: 'INTERNAL',
  message: 'An internal error has occurred.',
})
