import { ProviderError } from '../../src/provider-kit/index.ts'
import type { ProviderErrorKind } from '../../src/provider-kit/index.ts'

/** What a refusal of SerpAPI means. */
export type SerpApiFailure = ProviderErrorKind | 'deleted'

const MESSAGES: Partial<Record<SerpApiFailure, string>> = {
  rejected: 'SerpAPI rejected the API key: it is wrong or was replaced.',
  deleted: 'SerpAPI lets this API key do nothing any more, which usually means that its account was deleted.',
  'out-of-credit': 'The SerpAPI account has no searches left.',
  'rate-limited': 'SerpAPI takes no more searches from this account in this hour.',
  unreachable: 'SerpAPI could not be reached or had a fault of its own.',
  'invalid-request': 'SerpAPI refused the search.',
}
const OTHERWISE = 'SerpAPI could not answer.'

/** Parameters that SerpAPI names in a refusal, as people know them. */
const PARAMETERS: Readonly<Record<string, string>> = {
  hl: 'the language',
  gl: 'the country',
  ll: 'the place to search around',
  q: 'the words to search for',
}

const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

/** The sentence of a SerpAPI answer, `{"error": "…"}`; there are no codes. Only ever compared: it may repeat the key. */
export const readErrorText = (json: unknown): string => {
  const { error } = asRecord(json)
  return typeof error === 'string' ? error : ''
}

/** SerpAPI's words for an empty account; the second is that of older plans, which came with HTTP 200. */
const OUT_OF_SEARCHES = /run out of searches|searches for the month are exhausted/i

const failureOf = (status: number, text: string): SerpApiFailure => {
  if (status === 401) return 'rejected'
  // A firewall on the way answers 403 too, but not in JSON.
  if (status === 403) return text === '' ? 'failed' : 'deleted'
  if (OUT_OF_SEARCHES.test(text)) return 'out-of-credit'
  if (status === 429) return 'rate-limited'
  if (status === 400 || status === 422) return 'invalid-request'
  return status === 408 || status >= 500 ? 'unreachable' : 'failed'
}

export type SerpApiRefusal = {
  status: number
  json: unknown
  /** Id of the search. */
  requestId?: string
  retryAfterMs?: number
  /** What the account says it has left, where it was asked because of a 429. */
  searchesLeft?: number | null
}

/**
 * What a refusal of SerpAPI means. Nothing of the answer's text goes into the error. A 429 says either that the hour's
 * searches are used up or that the account's are: the account's own number decides, then the words.
 * Source: https://serpapi.com/api-status-and-error-codes
 */
export function toSerpApiError({ status, json, requestId, retryAfterMs, searchesLeft }: SerpApiRefusal): ProviderError {
  const text = readErrorText(json)
  const said = failureOf(status, text)
  const isEmpty = typeof searchesLeft === 'number' && searchesLeft <= 0
  const counted: SerpApiFailure = isEmpty ? 'out-of-credit' : 'rate-limited'
  const failure = status === 429 && typeof searchesLeft === 'number' ? counted : said
  const parameter =
    failure === 'invalid-request'
      ? PARAMETERS[/`(hl|gl|ll|q)`|- (hl|gl|ll|q) parameter/.exec(text)?.slice(1).find(Boolean) ?? '']
      : undefined
  return new ProviderError({
    provider: 'serpapi',
    kind: failure === 'deleted' ? 'rejected' : failure,
    message: parameter ? `SerpAPI does not take ${parameter} of this search.` : (MESSAGES[failure] ?? OTHERWISE),
    ...(failure === 'deleted' && { providerCode: 'account_deleted' }),
    status,
    requestId,
    retryAfterMs,
  })
}
