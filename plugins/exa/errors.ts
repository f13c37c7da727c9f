import { ProviderError } from '../../src/provider-kit/index.ts'
import type { ProviderErrorKind } from '../../src/provider-kit/index.ts'

/**
 * Exa's tags that say more than their HTTP status does. The set is open: any other is judged by its status.
 * Source: https://exa.ai/docs/admin/error-codes
 */
const KIND_BY_TAG: Readonly<Record<string, ProviderErrorKind>> = {
  INVALID_API_KEY: 'rejected',
  NO_MORE_CREDITS: 'out-of-credit',
  API_KEY_BUDGET_EXCEEDED: 'out-of-credit',
  TEAM_BUDGET_EXCEEDED: 'out-of-credit',
  FEATURE_DISABLED: 'limited',
  ACCESS_DENIED: 'limited',
  PROHIBITED_CONTENT: 'invalid-request',
  CONTENT_FILTER_ERROR: 'invalid-request',
  NUM_RESULTS_EXCEEDED: 'invalid-request',
  RATE_LIMIT_EXCEEDED: 'rate-limited',
  CONCURRENCY_LIMIT_REACHED: 'rate-limited',
  SERVICE_OVERLOADED: 'unreachable',
}
/** Of requests that are paid for one by one and have no key: they say nothing of one. */
const KEYLESS_PAYMENT = /^(X402|MPP)_/

const MESSAGES: Partial<Record<ProviderErrorKind, string>> = {
  rejected: 'Exa rejected the API key: it is wrong or was deleted.',
  limited: 'The Exa API key may not do this: its plan does not have it.',
  'out-of-credit': 'The Exa account has no credit left.',
  'rate-limited': 'Exa takes no more searches from this account at the moment.',
  unreachable: 'Exa could not be reached or had a fault of its own.',
  'invalid-request': 'Exa refused the search.',
}
const OTHERWISE = 'Exa could not answer.'

const MESSAGE_BY_TAG: Readonly<Record<string, string>> = {
  API_KEY_BUDGET_EXCEEDED: 'The budget that was set for this Exa API key is used up.',
  TEAM_BUDGET_EXCEEDED: 'The budget of the Exa team is used up for this period.',
  PROHIBITED_CONTENT: 'Exa does not search for this: its content rules forbid it.',
  CONTENT_FILTER_ERROR: 'Exa does not search for this: its content rules forbid it.',
  NUM_RESULTS_EXCEEDED: "Exa's plan does not give as many results for one search.",
}

const kindOfStatus = (status: number, isOfExa: boolean): ProviderErrorKind => {
  if (status === 401) return 'rejected'
  if (status === 402) return 'out-of-credit'
  // A firewall on the way answers 403 too, but not in Exa's form.
  if (status === 403) return isOfExa ? 'limited' : 'failed'
  if (status === 429) return 'rate-limited'
  if (status === 400 || status === 422) return 'invalid-request'
  return status === 408 || status >= 500 ? 'unreachable' : 'failed'
}

const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

/** Tags and codes are words in capitals; whatever else stands there (an echoed key, say) is not taken over. */
const asTag = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/.test(value) && value.length <= 48 ? value : undefined

/** The id of a request, by which Exa's support finds it. */
export const readRequestId = (json: unknown): string | undefined => {
  const { requestId } = asRecord(json)
  return typeof requestId === 'string' && /^[0-9a-f]{32}$/.test(requestId) ? requestId : undefined
}

/**
 * The tag of a refusal, `{"requestId","error":"…","tag"}`; newer parts of the API wrap it as `{"error":{"code"}}`.
 * Source: https://exa.ai/docs/admin/error-codes; `exa-js` 2.23.0, type `ExaErrorEnvelope`
 */
const readTag = (json: unknown): string | undefined => {
  const { tag, error } = asRecord(json)
  return asTag(tag) ?? asTag(asRecord(error).code)
}

/** What a refusal of Exa means. Nothing of the answer's text but its tag goes into the error. */
export function toExaError({
  status,
  json,
  retryAfterMs,
}: {
  status: number
  json: unknown
  retryAfterMs?: number
}): ProviderError {
  const tag = readTag(json)
  const isOfExa = tag !== undefined || 'error' in asRecord(json)
  const said = KEYLESS_PAYMENT.test(tag ?? '') ? 'failed' : KIND_BY_TAG[tag ?? '']
  const kind = said ?? kindOfStatus(status, isOfExa)
  return new ProviderError({
    provider: 'exa',
    kind,
    message: MESSAGE_BY_TAG[tag ?? ''] ?? MESSAGES[kind] ?? OTHERWISE,
    providerCode: tag,
    status,
    requestId: readRequestId(json),
    retryAfterMs,
  })
}
