import { afterEach, describe, expect, it } from '@jest/globals'
import { createSerpApiSimulator } from './index.ts'
import type { SerpApiSimulator, SerpApiSimulatorOptions } from './index.ts'

const KEY = 'a'.repeat(64)
const LL = '@40.7455096,-74.0083012,14z'

let simulator: SerpApiSimulator | undefined
afterEach(() => simulator?.close())

const start = async (options: Partial<SerpApiSimulatorOptions> = {}) => {
  simulator = await createSerpApiSimulator({ keys: { [KEY]: {} }, ...options })
  return simulator
}

const get = async (path: string, query: Record<string, string>, method = 'GET') => {
  const response = await fetch(`${simulator?.origin}${path}?${new URLSearchParams(query)}`, { method })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}
const search = (query: Record<string, string>) => get('/search.json', { api_key: KEY, ...query })

describe('the simulator of SerpAPI', () => {
  it('should tell an account, its key included, and count no search for it', async () => {
    await start()
    const { status, body } = await get('/account.json', { api_key: KEY })
    expect(status).toBe(200)
    expect(body).toMatchObject({ api_key: KEY, total_searches_left: 5_958, account_rate_limit_per_hour: 6_000 })
    expect(simulator?.searchesOf(KEY)).toBe(0)
  })

  it('should take the key from the query alone', async () => {
    const { origin } = await start()
    const inHeader = await fetch(`${origin}/account.json`, { headers: { authorization: `Bearer ${KEY}` } })
    expect(inHeader.status).toBe(401)
    expect((await get('/account.json', { api_key: 'wrong' })).status).toBe(401)
    expect(simulator?.seenKeys).toEqual(new Set(['wrong']))
  })

  it.each<[string, Record<string, string>, RegExp]>([
    ['no words', { engine: 'google' }, /Missing query `q`/],
    ['an unknown parameter', { q: 'x', num: '20' }, /Unsupported `num`/],
    ['an unknown engine', { q: 'x', engine: 'gogle' }, /search engine/],
    ['a language that Google calls otherwise', { q: 'x', hl: 'he' }, /hl parameter/],
    ['a country that Google calls otherwise', { q: 'x', gl: 'gb' }, /gl parameter/],
    ['a map without its type', { q: 'x', engine: 'google_maps' }, /`type`/],
    ['a place off the map', { q: 'x', engine: 'google_maps', type: 'search', ll: '@91,0,14z' }, /ll parameter/],
    ['a place without a zoom', { q: 'x', engine: 'google_maps', type: 'search', ll: '@40,7' }, /ll parameter/],
    ['a zoom that is none', { q: 'x', engine: 'google_maps', type: 'search', ll: '@40,7,99z' }, /ll parameter/],
    ['a next page without its place', { q: 'x', engine: 'google_maps', type: 'search', start: '20' }, /`ll`/],
    ['a map parameter on the web', { q: 'x', ll: LL }, /Unsupported `ll`/],
  ])('should refuse %s', async (_what, query, message) => {
    await start()
    const { status, body } = await search(query)
    expect([status, body.error]).toEqual([400, expect.stringMatching(message)])
    expect(simulator?.searchesOf(KEY)).toBe(0)
  })

  it('should refuse other methods and paths', async () => {
    await start()
    expect((await get('/search.json', { api_key: KEY, q: 'x' }, 'POST')).status).toBe(404)
    expect((await get('/locations.json', { api_key: KEY })).status).toBe(404)
  })

  it('should answer 429 for two different reasons, and tell them apart in the account alone', async () => {
    await start({
      keys: {
        [KEY]: { planSearchesLeft: 0, extraCredits: 1 },
        hourly: { searchesPerHour: 1, searchesThisHour: 0 },
      },
    })
    expect((await search({ q: 'x' })).status).toBe(200)
    expect((await search({ q: 'x' })).body.error).toMatch(/run out of searches/)
    expect((await get('/account.json', { api_key: KEY })).body.total_searches_left).toBe(0)
    await get('/search.json', { api_key: 'hourly', q: 'x' })
    expect((await get('/search.json', { api_key: 'hourly', q: 'x' })).status).toBe(429)
    expect((await get('/account.json', { api_key: 'hourly' })).body.total_searches_left).toBeGreaterThan(0)
  })

  it('should turn the pages of a map, and say with status 200 and an error that it found nothing', async () => {
    await start()
    const map = (query: Record<string, string>) => search({ engine: 'google_maps', type: 'search', ...query })
    const first = await map({ q: 'dentist', ll: LL })
    expect(first.body.local_results).toHaveLength(20)
    const next = new URL((first.body.serpapi_pagination as { next: string }).next).searchParams
    expect([next.get('start'), next.get('ll'), next.get('api_key')]).toEqual(['20', LL, null])
    const last = await map({ q: 'dentist', ll: LL, start: '40' })
    expect(last.body.local_results).toHaveLength(5)
    expect(last.body.serpapi_pagination).toBeUndefined()
    const none = await map({ q: 'nowhere', ll: LL })
    expect([none.status, none.body.error]).toEqual([200, expect.stringMatching(/hasn't returned any results/)])
    expect(none.body.search_metadata).toMatchObject({ status: 'Success' })
  })
})
