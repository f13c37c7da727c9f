import type { WebResult, WebSearchCapability } from '../../src/provider-kit/index.ts'
import type { ExaCredentials } from './credentials.ts'
import { postSearch } from './request.ts'

const NO_LANGUAGE = 'Exa has no language to choose: it finds pages in the language of the words.'
const LONGEST_SNIPPET = 1_000

/**
 * Searches the web. Of each page only the passages that answer are asked for, which are included in the price for the
 * first ten results.
 * Source: https://exa.ai/docs/reference/search, https://exa.ai/docs/search/highlights
 */
export const webSearch: WebSearchCapability<ExaCredentials> = {
  async search(context, { query, limit, country, language }) {
    const { results, requestId, costUsd } = await postSearch(context, {
      query,
      type: 'auto',
      numResults: limit,
      ...(country && { userLocation: country.trim().toLowerCase() }),
      contents: { highlights: true },
    })
    return {
      results: results.flatMap((result) => toWebResult(result) ?? []).slice(0, limit),
      requestId,
      warnings: language ? [NO_LANGUAGE] : [],
      ...(costUsd !== undefined && { costUsd }),
    }
  },
}

const asText = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined

function toWebResult({ title, url, highlights, publishedDate }: Record<string, unknown>): WebResult | undefined {
  const address = asText(url)
  if (!address || !/^https?:\/\//.test(address)) return undefined
  const passages = Array.isArray(highlights) ? highlights.flatMap((passage) => asText(passage) ?? []) : []
  const snippet = passages.join(' … ').slice(0, LONGEST_SNIPPET)
  const at = Date.parse(asText(publishedDate) ?? '')
  return {
    // Not every page has a title.
    title: asText(title) ?? address,
    url: address,
    ...(snippet && { snippet }),
    ...(Number.isFinite(at) && { publishedAt: new Date(at).toISOString() }),
  }
}
