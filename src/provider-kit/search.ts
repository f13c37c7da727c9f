import type { ListContext } from './context.ts'

/** A page of the web that answers a query. */
export type WebResult = { title: string; url: string; snippet?: string; publishedAt?: string }

export type WebSearchCapability<Credentials = Record<string, string>> = {
  /**
   * @param request.limit results at most, 1 to 20
   * @param request.country ISO 3166-1 alpha-2, `us`
   * @param request.language ISO 639-1, `en`
   * @throws ProviderError
   */
  search(
    context: ListContext<Credentials>,
    request: { query: string; limit: number; country?: string; language?: string },
  ): Promise<{
    results: readonly WebResult[]
    requestId?: string
    warnings: readonly string[]
    /** What the search cost, in US dollars, where the provider says it. */
    costUsd?: number
  }>
}

/** A business or place on the map. */
export type Place = {
  /** The provider's id of the place. */
  id: string
  name: string
  address?: string
  /** As the provider writes it. */
  phone?: string
  website?: string
  rating?: number
  reviews?: number
  types?: readonly string[]
  latitude?: number
  longitude?: number
}

export type MapsSearchCapability<Credentials = Record<string, string>> = {
  /**
   * @param request.near centre of the search
   * @param request.cursor from the page before
   * @throws ProviderError
   */
  search(
    context: ListContext<Credentials>,
    request: {
      query: string
      near?: { latitude: number; longitude: number; zoom?: number }
      language?: string
      country?: string
      cursor?: string
    },
  ): Promise<{ places: readonly Place[]; nextCursor?: string; requestId?: string; warnings: readonly string[] }>
}
