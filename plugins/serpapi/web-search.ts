import type { WebResult, WebSearchCapability } from '../../src/provider-kit/index.ts'
import type { SerpApiCredentials } from './credentials.ts'
import { toGoogleCountry, toGoogleLanguage } from './google-codes.ts'
import { asRecords, asText, search } from './request.ts'

/** What one page of Google holds since it takes no `num` any more. */
const PAGE = 10

/**
 * One page of Google's results.
 * Source: https://serpapi.com/search-api (`engine=google`: `q`, `gl`, `hl`), https://serpapi.com/organic-results
 */
export const webSearch: WebSearchCapability<SerpApiCredentials> = {
  async search(context, { query, limit, country, language }) {
    const { answer, requestId } = await search(context, {
      engine: 'google',
      q: query,
      gl: toGoogleCountry(country),
      hl: toGoogleLanguage(language),
    })
    const results = asRecords(answer.organic_results).flatMap((result) => toWebResult(result) ?? [])
    return { results: results.slice(0, limit), requestId, warnings: limit > PAGE ? [ONE_PAGE] : [] }
  },
}

const ONE_PAGE = `SerpAPI gives one page of Google for each search: about ${PAGE} results, however many are asked for.`

function toWebResult({ title, link, snippet, date }: Record<string, unknown>): WebResult | undefined {
  const name = asText(title)
  const url = asText(link)
  if (!name || !url || !/^https?:\/\//.test(url)) return undefined
  const publishedAt = toIsoDate(date)
  return {
    title: name,
    url,
    ...(asText(snippet) && { snippet: asText(snippet) }),
    ...(publishedAt && { publishedAt }),
  }
}

/** Google writes `Mar 3, 2025`, or `2 days ago`, which says nothing later on and is left out. */
function toIsoDate(date: unknown): string | undefined {
  const text = asText(date)
  const at = text && /\b(19|20)\d\d\b/.test(text) ? Date.parse(`${text} UTC`) : Number.NaN
  return Number.isFinite(at) ? new Date(at).toISOString() : undefined
}
