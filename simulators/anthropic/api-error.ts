import type { Refusal } from '../llm-kit/index.ts'

type ErrorOptions = { status: number; type: string; message: string; code?: string; headers?: Refusal['headers'] }

/** Anthropic's error as it stands in a body and in a stream. Source: `@anthropic-ai/sdk` 1.11.0, `ErrorResponse` */
export const toErrorBody = ({ type, message, code }: Omit<ErrorOptions, 'status'>) => ({
  type: 'error',
  error: { type, message, ...(code && { details: { error_code: code } }) },
  request_id: 'req_011CSHoEeqs5C35K2UUqR7Fy',
})

const refusal = ({ headers, ...error }: ErrorOptions): Refusal => ({
  status: error.status,
  body: toErrorBody(error),
  headers,
})

/** Sources of all of these: https://platform.claude.com/docs/en/api/errors, and recorded answers where marked. */
export const invalidRequest = (message: string): Refusal =>
  refusal({ status: 400, type: 'invalid_request_error', message })

/** Echoes the key, which is worse than the real API does. */
export const invalidKey = (key: string): Refusal =>
  refusal({ status: 401, type: 'authentication_error', message: `invalid x-api-key ${key}` })

export const missingKey: Refusal = refusal({
  status: 401,
  type: 'authentication_error',
  message: 'x-api-key header is required',
})

/** What an account without money answers; each comes with a key that is good. */
export const BILLING_REFUSALS = {
  /** Recorded: https://github.com/anthropics/claude-code/issues/867 */
  'credit-too-low': invalidRequest(
    'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.',
  ),
  /** Recorded: https://github.com/anthropics/claude-code/issues/1047 */
  'own-limit': invalidRequest(
    'You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC.',
  ),
  'workspace-limit': invalidRequest(
    'You have reached your specified workspace API usage limits. You will regain access on 2026-12-01 at 00:00 UTC.',
  ),
  payment: refusal({ status: 402, type: 'billing_error', message: 'There is an issue with your payment.' }),
  'tier-limit': refusal({
    status: 429,
    type: 'rate_limit_error',
    message: 'Your organization crossed its monthly API usage threshold.',
    code: 'enforced_spend_limit_reached',
  }),
  'contract-limit': refusal({
    status: 429,
    type: 'rate_limit_error',
    message: 'Your organization reached the spend limit of its contract.',
    code: 'contract_spend_limit_reached',
  }),
} as const satisfies Record<string, Refusal>

/** Recorded: https://github.com/anthropics/claude-code/issues/68985 */
export const organizationDisabled: Refusal = invalidRequest('This organization has been disabled.')

export const permissionDenied: Refusal = refusal({
  status: 403,
  type: 'permission_error',
  message: 'Your API key does not have permission to use the specified resource.',
})

export const notFound = (what: string): Refusal => refusal({ status: 404, type: 'not_found_error', message: what })

export const rateLimited: Refusal = refusal({
  status: 429,
  type: 'rate_limit_error',
  message: 'This request would exceed your organization’s rate limit of 50 requests per minute.',
  headers: { 'retry-after': '7' },
})

export const OVERLOADED = { type: 'overloaded_error', message: 'Overloaded' } as const
export const overloaded: Refusal = refusal({ status: 529, ...OVERLOADED })
export const internalError: Refusal = refusal({ status: 500, type: 'api_error', message: 'Internal server error' })
