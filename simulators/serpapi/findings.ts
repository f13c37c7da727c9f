/** A page as Google shows it. */
export type SimulatedPage = { title: string; link: string; snippet?: string; date?: string }

export type SimulatedPlace = {
  title: string
  placeId: string
  latitude: number
  longitude: number
  address?: string
  phone?: string
  website?: string
  rating?: number
  reviews?: number
  types?: readonly string[]
}

/** Words that find nothing, on the web and on the map. */
export const NOTHING = /\bnowhere\b/i
/** Words that mean one place. */
export const ONE_PLACE = /\bthe only\b/i

const PAGES = 23
const PLACES = 45

/** What the web says of any words: the same pages for the same words. */
export function findPages(query: string): SimulatedPage[] {
  if (NOTHING.test(query)) return []
  return Array.from({ length: PAGES }, (_, index) => ({
    title: `${query}, page ${index + 1}`,
    link: `https://www.example.com/${encodeURIComponent(query)}/${index + 1}`,
    ...(index % 5 !== 4 && { snippet: `What page ${index + 1} says of ${query}.` }),
    ...(index % 3 === 0 && { date: index % 2 === 0 ? 'Mar 3, 2025' : '2 days ago' }),
  }))
}

/** Businesses around a point, each a little further north. */
export function findPlaces(query: string, around: { latitude: number; longitude: number }): SimulatedPlace[] {
  if (NOTHING.test(query)) return []
  return Array.from({ length: ONE_PLACE.test(query) ? 1 : PLACES }, (_, index) => ({
    title: `${query} ${index + 1}`,
    placeId: `ChIJ${String(index + 1).padStart(4, '0')}simulated`,
    latitude: Number((around.latitude + index / 1_000).toFixed(6)),
    longitude: around.longitude,
    address: `${index + 1} Example Street, Springfield`,
    // Not every business has everything.
    ...(index % 4 !== 3 && { phone: `(555) 01${String(index).padStart(2, '0')}` }),
    ...(index % 3 !== 2 && { website: `https://place-${index + 1}.example.com/` }),
    rating: 4.5,
    reviews: 10 + index,
    types: ['Dentist', 'Dental clinic'],
  }))
}
