import { readRetryAfter, requestJson } from '../../src/provider-kit/index.ts'
import type { JsonResponse, ListContext } from '../../src/provider-kit/index.ts'
import type { ExaCredentials } from './credentials.ts'
import { readRequestId, toExaError } from './errors.ts'

/** The caller's deadline comes first. In ms. */
const LONGEST_SEARCH_MS = 30_000
const MAX_BYTES = 4 * 1024 * 1024

type Context = ListContext<ExaCredentials>

/**
 * A search as this plugin makes it.
 * - `lite`: the cheapest, $4 for 1,000; from Exa's own copies of pages
 * - `auto`: the best that is quick, $7 for 1,000
 * Source: https://exa.ai/changelog, https://exa.ai/docs/admin/pricing
 */
export type SearchBody = {
  query: string
  type: 'lite' | 'auto'
  numResults: number
  /** ISO 3166-1 alpha-2, in small letters. */
  userLocation?: string
  contents?: { highlights: true }
}

export type SearchAnswer = {
  results: readonly Record<string, unknown>[]
  requestId?: string
  /** What the search cost, in US dollars, where Exa says it. */
  costUsd?: number
}

const ask = ({ credentials, origins, signal }: Context, path: string, body?: SearchBody): Promise<JsonResponse> =>
  requestJson({
    provider: 'exa',
    url: `${origins.api}${path}`,
    method: body ? 'POST' : 'GET',
    headers: { 'x-api-key': credentials.apiKey },
    body,
    signal,
    timeoutMs: LONGEST_SEARCH_MS,
    maxBytes: MAX_BYTES,
  })

const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}

const refusalOf = ({ status, json, headers }: JsonResponse) =>
  toExaError({ status, json, retryAfterMs: readRetryAfter(headers) })

/**
 * `POST /search`. Charged.
 * Source: https://exa.ai/docs/reference/search
 * @throws ProviderError
 */
export async function postSearch(context: Context, body: SearchBody): Promise<SearchAnswer> {
  const response = await ask(context, '/search', body)
  const { results, costDollars } = asRecord(response.json)
  if (response.status !== 200 || !Array.isArray(results)) throw refusalOf(response)
  const { total } = asRecord(costDollars)
  return {
    results: results.map(asRecord),
    requestId: readRequestId(response.json),
    ...(typeof total === 'number' && total >= 0 && Number.isFinite(total) && { costUsd: total }),
  }
}

/** What Exa tells for nothing of the team that a key belongs to. */
export type ExaTeam = { name: string | null; maxConcurrent: number | null }

/**
 * `GET /websets/v0/teams/me`: tells the team for nothing, and refuses a wrong key.
 * Source: https://exa.ai/docs/websets/api/teams/get-team-info
 * @returns undefined where the key's plan or the API does not have it: then a search has to tell
 * @throws ProviderError for every refusal that is one of the key, the account or the moment
 */
export async function getTeam(context: Context): Promise<ExaTeam | undefined> {
  const response = await ask(context, '/websets/v0/teams/me')
  const { status, json } = response
  if (status === 403 || status === 404 || status === 410) return undefined
  if (status !== 200) throw refusalOf(response)
  const { object, name, limits } = asRecord(json)
  if (object !== 'team') return undefined
  const { maxConcurrent } = asRecord(limits)
  return {
    name: typeof name === 'string' && !name.includes(context.credentials.apiKey) ? name.slice(0, 80) : null,
    maxConcurrent: typeof maxConcurrent === 'number' && Number.isFinite(maxConcurrent) ? maxConcurrent : null,
  }
}
