import { ProviderError } from '../../src/provider-kit/index.ts'
import type { ProviderErrorKind } from '../../src/provider-kit/index.ts'

const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

/**
 * What Anthropic says by a code of its own, or else by the type of the error.
 * Sources: https://platform.claude.com/docs/en/api/errors; `@anthropic-ai/sdk` 1.11.0, `ErrorType` and the classes with
 * an `errorCode`
 */
const KIND_BY_CODE: Readonly<Record<string, ProviderErrorKind>> = {
  authentication_error: 'rejected',
  organization_on_hold: 'rejected',
  organization_disabled: 'rejected',
  permission_error: 'limited',
  billing_error: 'out-of-credit',
  credit_balance_too_low: 'out-of-credit',
  own_spend_limit_reached: 'out-of-credit',
  enforced_spend_limit_reached: 'out-of-credit',
  contract_spend_limit_reached: 'out-of-credit',
  linked_organization_billing_unavailable: 'out-of-credit',
  linked_organization_spend_limit_reached: 'out-of-credit',
  rate_limit_error: 'rate-limited',
  ramp_limit_exceeded: 'rate-limited',
  not_found_error: 'invalid-request',
  invalid_request_error: 'invalid-request',
  request_too_large: 'invalid-request',
  conflict_error: 'unreachable',
  timeout_error: 'unreachable',
  api_error: 'unreachable',
  overloaded_error: 'unreachable',
}

/**
 * Three states come as 400 `invalid_request_error` with nothing but their text to tell them from a wrong parameter.
 * Sources: https://github.com/anthropics/claude-code/issues/867, /1047 and /68985
 */
const CODE_BY_TEXT: readonly (readonly [RegExp, string])[] = [
  [/credit balance is too low/i, 'credit_balance_too_low'],
  [/reached your specified .*usage limits/i, 'own_spend_limit_reached'],
  [/organization has been disabled/i, 'organization_disabled'],
]

/**
 * The name of what an answer says. Anthropic's error stands under `error` in a body and in a stream; the AI SDK hands a
 * stream's first event over bare. Nothing is taken over that is not in the list: the text may quote the key.
 */
export const readErrorCode = (body: unknown): string | undefined => {
  const outer = asRecord(body)
  const { type, message, details } = 'error' in outer ? asRecord(outer.error) : outer
  const byText =
    type === 'invalid_request_error' && typeof message === 'string'
      ? CODE_BY_TEXT.find(([pattern]) => pattern.test(message))?.[1]
      : undefined
  const codes = [asRecord(details).error_code, byText, type]
  return codes.find((code): code is string => typeof code === 'string' && Object.hasOwn(KIND_BY_CODE, code))
}

const kindOfStatus = (status: number | undefined): ProviderErrorKind => {
  if (status === undefined) return 'failed'
  if (status === 401) return 'rejected'
  if (status === 402) return 'out-of-credit'
  if (status === 403) return 'limited'
  if (status === 429) return 'rate-limited'
  if (status === 408 || status === 409 || status >= 500) return 'unreachable'
  return status >= 400 ? 'invalid-request' : 'failed'
}

const MESSAGES: Readonly<Record<ProviderErrorKind, string>> = {
  rejected: 'Anthropic rejected the API key: it is wrong, revoked or expired.',
  limited: 'The Anthropic API key lacks the permission for this.',
  'out-of-credit': 'The Anthropic organization has no credit left, or reached a spend limit.',
  'rate-limited': 'Anthropic takes no more requests from this organization at the moment.',
  unreachable: 'Anthropic could not be reached or had a fault of its own.',
  timeout: 'Anthropic did not answer in time.',
  'invalid-request': 'Anthropic refused the request.',
  closed: 'Anthropic broke off its answer.',
  failed: 'Anthropic could not answer.',
}

const MESSAGE_BY_CODE: Readonly<Record<string, string>> = {
  organization_on_hold: 'Anthropic put the organization of this API key on hold.',
  organization_disabled: 'Anthropic disabled the organization of this API key.',
  credit_balance_too_low: 'The Anthropic organization has no credit left.',
  own_spend_limit_reached: 'A spend limit that the Anthropic organization set itself is reached.',
  enforced_spend_limit_reached: 'The monthly spend limit of the Anthropic organization’s tier is reached.',
  contract_spend_limit_reached: 'The spend limit of the Anthropic organization’s contract is reached.',
  not_found_error: 'Anthropic does not offer this model to this API key.',
  overloaded_error: 'Anthropic is overloaded at the moment.',
}

export type AnthropicFailure = {
  status?: number
  body: unknown
  requestId?: string
  unreachable?: boolean
  retryAfterMs?: number
}

/** What a refusal of Anthropic means. Nothing of the answer's text goes into the error. */
export const toAnthropicError = (failure: AnthropicFailure): ProviderError => {
  const { status, body, requestId, unreachable, retryAfterMs } = failure
  const providerCode = unreachable ? undefined : readErrorCode(body)
  const kind = unreachable ? 'unreachable' : (KIND_BY_CODE[providerCode ?? ''] ?? kindOfStatus(status))
  const message = MESSAGE_BY_CODE[providerCode ?? ''] ?? MESSAGES[kind]
  return new ProviderError({ provider: 'anthropic', kind, message, providerCode, status, requestId, retryAfterMs })
}
