import type { SimulatedPage, SimulatedPlace } from './findings.ts'
import type { SearchRequest } from './read-search.ts'

const WEB_PAGE = 10
const MAP_PAGE = 20

type AnswerOptions = {
  id: string
  request: SearchRequest
  /** As it was asked; the key is left out of what is repeated, as SerpAPI does. */
  query: URLSearchParams
  pages(): SimulatedPage[]
  places(): SimulatedPlace[]
}

/**
 * The body of a search that was carried out.
 * Source: https://serpapi.com/organic-results, https://serpapi.com/maps-local-results, https://serpapi.com/search-errors
 */
export function answerSearch({ id, request, query, pages, places }: AnswerOptions): Record<string, unknown> {
  const parameters = Object.fromEntries([...query].filter(([name]) => name !== 'api_key'))
  const head = {
    search_metadata: {
      id,
      status: 'Success',
      json_endpoint: `https://serpapi.com/searches/0123456789abcdef/${id}.json`,
      created_at: '2026-11-21 09:00:00 UTC',
      total_time_taken: 0.9,
    },
    search_parameters: parameters,
  }
  return request.engine === 'google'
    ? { ...head, ...answerWeb(request, pages(), parameters) }
    : { ...head, ...answerMap(request, places(), parameters) }
}

type Parameters = Record<string, string>

function answerWeb({ start, query }: SearchRequest, all: SimulatedPage[], parameters: Parameters) {
  const shown = all.slice(start, start + WEB_PAGE)
  if (shown.length === 0) return nothing({ organic_results_state: 'Fully empty', query_displayed: query })
  return {
    search_information: { organic_results_state: 'Results for exact spelling', query_displayed: query },
    organic_results: shown.map(({ title, link, snippet, date }, index) => ({
      position: index + 1,
      title,
      link,
      displayed_link: new URL(link).host,
      ...(snippet && { snippet }),
      ...(date && { date }),
    })),
    ...pagination({ parameters, next: start + WEB_PAGE, isMore: start + WEB_PAGE < all.length }),
  }
}

function answerMap({ start, around }: SearchRequest, all: SimulatedPlace[], parameters: Parameters) {
  const [only] = all
  if (only && all.length === 1) return { place_results: { ...toResult(only), type: only.types } }
  const shown = all.slice(start, start + MAP_PAGE)
  if (shown.length === 0) return nothing({ local_results_state: 'Fully empty' })
  const ll: Parameters = around ? {} : { ll: '@30.267153,-97.743057,14z' }
  return {
    search_information: { local_results_state: 'Results for exact spelling' },
    local_results: shown.map((place, index) => ({ position: start + index + 1, ...toResult(place) })),
    ...pagination({
      parameters: { ...parameters, ...ll },
      next: start + MAP_PAGE,
      isMore: start + MAP_PAGE < all.length,
    }),
  }
}

const nothing = (information: Parameters) => ({
  search_information: information,
  error: "Google hasn't returned any results for this query.",
})

const pagination = ({ parameters, next, isMore }: { parameters: Parameters; next: number; isMore: boolean }) =>
  isMore
    ? {
        serpapi_pagination: {
          next: `https://serpapi.com/search.json?${new URLSearchParams({ ...parameters, start: String(next) })}`,
        },
      }
    : {}

const toResult = ({ placeId, title, latitude, longitude, types, ...rest }: SimulatedPlace) => ({
  title,
  place_id: placeId,
  data_id: `0x0:0x${placeId.length}`,
  gps_coordinates: { latitude, longitude },
  ...rest,
  ...(types && { type: types[0], types }),
})
