/** A search that SerpAPI would carry out. */
export type SearchRequest = {
  engine: 'google' | 'google_maps'
  query: string
  start: number
  /** Of the map; undefined where Google guesses. */
  around?: { latitude: number; longitude: number }
}

type ReadResult = { request: SearchRequest } | { error: string }

const COMMON = ['api_key', 'engine', 'q', 'hl', 'gl', 'start', 'output', 'google_domain', 'no_cache', 'async']
const PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  google: [...COMMON, 'location', 'device', 'safe', 'tbs'],
  google_maps: [...COMMON, 'type', 'll'],
}

/** A part of https://serpapi.com/google-languages, in Google's codes: Hebrew is `iw`, Chinese has none without a script. */
const LANGUAGES = new Set(
  'ar bg ca cs da de el en es et fi fr hi hr hu id it iw ja ko lt lv nl no pl pt pt-br ro ru sk sl sr sv th tr uk vi zh-cn zh-tw'.split(
    ' ',
  ),
)
/** A part of https://serpapi.com/google-countries: the United Kingdom is `uk`. */
const COUNTRIES = new Set('at au be br ca ch de dk es fi fr ie in it jp mx nl no nz pl pt se uk us'.split(' '))
const LL = /^@(-?\d{1,3}(?:\.\d+)?),(-?\d{1,3}(?:\.\d+)?),(\d+(?:\.\d+)?)(z|m)$/

/**
 * Holds a query to the documentation, stricter than SerpAPI, which overlooks parameters that it does not know.
 * Source: https://serpapi.com/search-api, https://serpapi.com/google-maps-api, https://serpapi.com/maps-local-results
 */
export function readSearch(query: URLSearchParams): ReadResult {
  const engine = query.get('engine') ?? 'google'
  const known = PARAMETERS[engine]
  if (!known || (engine !== 'google' && engine !== 'google_maps'))
    return { error: `Unsupported \`${engine}\` search engine.` }
  for (const name of query.keys()) {
    if (!known.includes(name)) return { error: `Unsupported \`${name}\` parameter.` }
    if (query.getAll(name).length > 1) return { error: `The \`${name}\` parameter came twice.` }
  }
  const words = query.get('q') ?? ''
  if (words.trim() === '') return { error: 'Missing query `q` parameter.' }
  const hl = query.get('hl')
  if (hl !== null && !LANGUAGES.has(hl)) return { error: `Unsupported \`${hl}\` interface language - hl parameter.` }
  const gl = query.get('gl')
  if (gl !== null && !COUNTRIES.has(gl)) return { error: `Unsupported \`${gl}\` country - gl parameter.` }
  const start = query.get('start') ?? '0'
  if (!/^\d{1,4}$/.test(start)) return { error: 'Unsupported `start` parameter.' }
  const request = { engine, query: words, start: Number(start) } as const
  return engine === 'google' ? { request } : readMap(request, query)
}

function readMap(request: SearchRequest, query: URLSearchParams): ReadResult {
  if (query.get('type') !== 'search') return { error: 'Missing or unsupported `type` parameter.' }
  const ll = query.get('ll')
  if (ll === null) {
    if (request.start > 0) return { error: 'Missing location `ll` parameter. It is required when using pagination.' }
    return { request }
  }
  const [, latitude, longitude, zoom, unit] = LL.exec(ll) ?? []
  const isZoom = unit === 'm' || (Number(zoom) >= 3 && Number(zoom) <= 21)
  if (latitude === undefined || !isZoom || Math.abs(Number(latitude)) > 90 || Math.abs(Number(longitude)) > 180) {
    return { error: 'Unsupported location format - ll parameter.' }
  }
  return { request: { ...request, around: { latitude: Number(latitude), longitude: Number(longitude) } } }
}
