import { readRetryAfter, requestJson } from '../../src/provider-kit/index.ts'
import type { JsonResponse, ListContext, ProviderContext } from '../../src/provider-kit/index.ts'
import { readAccount } from './account.ts'
import type { SerpApiCredentials } from './credentials.ts'
import { readErrorText, toSerpApiError } from './errors.ts'

/** A search may take half a minute when Google is slow; the caller's deadline comes first. In ms. */
const LONGEST_SEARCH_MS = 60_000
const MAX_BYTES = 4 * 1024 * 1024

type AskOptions = {
  context: ProviderContext<SerpApiCredentials> & { signal: AbortSignal }
  path: '/account.json' | '/search.json'
  query?: Readonly<Record<string, string | undefined>>
  timeoutMs?: number
}

/**
 * One request. The key goes into the query, because SerpAPI takes it nowhere else; the address is therefore never part
 * of an error or a log line.
 * Source: https://serpapi.com/search-api
 * @throws ProviderError of the network
 */
export function askSerpApi({ context, path, query = {}, timeoutMs }: AskOptions): Promise<JsonResponse> {
  const { credentials, origins, signal } = context
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
  const parameters = new URLSearchParams([...given, ['api_key', credentials.apiKey]])
  return requestJson({
    provider: 'serpapi',
    url: `${origins.api}${path}?${parameters}`,
    signal,
    timeoutMs,
    maxBytes: MAX_BYTES,
  })
}

/** A search's answer with the id that SerpAPI's support asks for. */
export type Found = { answer: Record<string, unknown>; requestId?: string }

/**
 * One search; it uses up one of the account's. An answer that found nothing comes back without results, and not as an
 * error, although SerpAPI puts a sentence under `error`.
 * Source: https://serpapi.com/search-errors
 * @throws ProviderError
 */
export async function search(
  context: ListContext<SerpApiCredentials>,
  query: Readonly<Record<string, string | undefined>>,
): Promise<Found> {
  const response = await askSerpApi({ context, path: '/search.json', query, timeoutMs: LONGEST_SEARCH_MS })
  const { status, json, headers } = response
  const answer = asRecord(json)
  const { id, status: state } = asRecord(answer.search_metadata)
  const requestId = typeof id === 'string' && /^[\w-]{1,64}$/.test(id) ? id : undefined
  if (status === 200 && state === 'Success') return { answer, requestId }
  const retryAfterMs = readRetryAfter(headers)
  const searchesLeft = status === 429 ? await countSearchesLeft(context) : undefined
  // Outside of a search, SerpAPI's own failure is told by the words alone.
  const isFailedSearch = status === 200 && state === 'Error' && readErrorText(json) !== ''
  throw toSerpApiError({ status: isFailedSearch ? 503 : status, json, requestId, retryAfterMs, searchesLeft })
}

/** Asked where a search was refused with 429, since only the account knows why; costs nothing. */
async function countSearchesLeft(context: ListContext<SerpApiCredentials>): Promise<number | null> {
  try {
    const { status, json } = await askSerpApi({ context, path: '/account.json' })
    return status === 200 ? (readAccount(json)?.searchesLeft ?? null) : null
  } catch {
    return null
  }
}

export const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}

export const asRecords = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) ? value.map(asRecord) : []

export const asText = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined

export const asNumber = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined
