import { ProviderError } from '../../src/provider-kit/index.ts'
import type { MapsSearchCapability, Place } from '../../src/provider-kit/index.ts'
import type { SerpApiCredentials } from './credentials.ts'
import { toGoogleCountry, toGoogleLanguage } from './google-codes.ts'
import { asNumber, asRecord, asRecords, asText, search } from './request.ts'

/** How near to look where nobody says: a part of a town. Google takes 3 (the world) to 21 (a building). */
const DEFAULT_ZOOM = 14
/** Further on Google repeats itself. Source: https://serpapi.com/maps-local-results */
const LAST_START = 100

type Near = { latitude: number; longitude: number; zoom?: number }

/**
 * Places on Google's map, twenty at a time.
 * Source: https://serpapi.com/google-maps-api, https://serpapi.com/maps-local-results
 */
export const mapsSearch: MapsSearchCapability<SerpApiCredentials> = {
  async search(context, { query, near, language, country, cursor }) {
    const page = readCursor(cursor)
    const ll = page?.ll ?? (near && toLl(near))
    // Google turns the page of one map only: without its place SerpAPI refuses.
    if (page && !ll) throw cursorError('The next page of a search on the map needs the place that the first one had.')
    const { answer, requestId } = await search(context, {
      engine: 'google_maps',
      type: 'search',
      q: query,
      ll,
      start: page && String(page.start),
      hl: toGoogleLanguage(language),
      gl: toGoogleCountry(country),
    })
    const listed = asRecords(answer.local_results)
    // A search that means one place gets that place alone.
    const found = listed.length > 0 ? listed : [asRecord(answer.place_results)]
    const nextCursor = toCursor(asRecord(answer.serpapi_pagination).next, ll)
    return {
      places: found.flatMap((place) => toPlace(place) ?? []),
      ...(nextCursor && { nextCursor }),
      requestId,
      warnings: [],
    }
  },
}

const toLl = ({ latitude, longitude, zoom = DEFAULT_ZOOM }: Near): string => {
  if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) {
    throw cursorError('The place to search around is not on the map: its latitude or longitude is out of range.')
  }
  return `@${toDecimal(latitude)},${toDecimal(longitude)},${toDecimal(Math.min(21, Math.max(3, zoom)))}z`
}

/** Never `1e-7`, which SerpAPI does not read. Seven places are a centimetre. */
const toDecimal = (value: number): string => value.toFixed(7).replace(/\.?0+$/, '')

const CURSOR = /^(\d{1,4})(@-?\d{1,3}(?:\.\d{1,10})?,-?\d{1,3}(?:\.\d{1,10})?,\d{1,7}(?:\.\d{1,4})?[zm])?$/

/** Where the next page begins, and on which map: `20@40.7455096,-74.0083012,14z`. */
function readCursor(cursor: string | undefined): { start: number; ll?: string } | undefined {
  if (cursor === undefined) return undefined
  const [, start, ll] = CURSOR.exec(cursor) ?? []
  if (start === undefined) throw cursorError('This is not the cursor of a page of places.')
  return { start: Number(start), ...(ll && { ll }) }
}

/** Of SerpAPI's link to the next page only its two numbers are taken over: the link would carry the key elsewhere. */
function toCursor(next: unknown, asked: string | undefined): string | undefined {
  if (typeof next !== 'string' || !URL.canParse(next)) return undefined
  const { searchParams } = new URL(next)
  const start = searchParams.get('start') ?? ''
  const cursor = `${start}${searchParams.get('ll') ?? asked ?? ''}`
  return CURSOR.test(cursor) && cursor.includes('@') && Number(start) <= LAST_START ? cursor : undefined
}

const cursorError = (message: string) => new ProviderError({ provider: 'serpapi', kind: 'invalid-request', message })

/** Field names of a local result and of a single place are the same, but for `type`, which a single place has as a list. */
function toPlace(place: Record<string, unknown>): Place | undefined {
  const id = asText(place.place_id) ?? asText(place.data_id) ?? asText(place.data_cid)
  const name = asText(place.title)
  if (!id || !name) return undefined
  const types = [place.types, place.type, [place.type]].find(
    (list): list is string[] =>
      Array.isArray(list) && list.length > 0 && list.every((type) => typeof type === 'string'),
  )
  const { latitude, longitude } = asRecord(place.gps_coordinates)
  const told = {
    address: asText(place.address),
    phone: asText(place.phone),
    website: asText(place.website),
    rating: asNumber(place.rating),
    reviews: asNumber(place.reviews),
    types,
    latitude: asNumber(latitude),
    longitude: asNumber(longitude),
  }
  const known = Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined))
  return { id, name, ...known }
}
