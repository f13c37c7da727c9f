import { inspect } from 'node:util'
import { afterEach, describe, expect, it } from '@jest/globals'
import { isProviderError } from '../../src/provider-kit/index.ts'
import type { ProviderError } from '../../src/provider-kit/index.ts'
import { createSerpApiSimulator } from '../../simulators/serpapi/index.ts'
import type { SerpApiSimulatorOptions } from '../../simulators/serpapi/index.ts'
import serpapi from './index.ts'
import { serve } from './testing/serve.ts'
import type { Recorded } from './testing/serve.ts'

const KEY = '5e12f1a9c0ffee00'.repeat(4)
const NEAR = { latitude: 40.7455096, longitude: -74.0083012 }

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

const simulate = async (options: Partial<SerpApiSimulatorOptions> = {}) => {
  const simulator = await createSerpApiSimulator({ keys: { [KEY]: {} }, ...options })
  cleanups.push(simulator.close)
  return simulator
}
const record = async (answer: (url: string) => Recorded | undefined) => {
  const server = await serve(answer)
  cleanups.push(server.close)
  return server
}

const contextOf = (origin: string, { apiKey = KEY, signal = new AbortController().signal } = {}) => ({
  credentials: { apiKey },
  origins: { api: origin },
  signal,
})
type Options = Parameters<typeof contextOf>[1]
type WebRequest = Parameters<NonNullable<typeof serpapi.webSearch>['search']>[1]
type MapRequest = Parameters<NonNullable<typeof serpapi.mapsSearch>['search']>[1]

const web = (origin: string, request: Partial<WebRequest> = {}, options?: Options) => {
  if (!serpapi.webSearch) throw new Error('There is no search of the web')
  return serpapi.webSearch.search(contextOf(origin, options), { query: 'dial tone', limit: 10, ...request })
}
const map = (origin: string, request: Partial<MapRequest> = {}, options?: Options) => {
  if (!serpapi.mapsSearch) throw new Error('There is no search of the map')
  return serpapi.mapsSearch.search(contextOf(origin, options), { query: 'dentist', near: NEAR, ...request })
}

/** Whatever could be printed of an error, nothing of it is the key. */
const failureOf = async (search: Promise<unknown>): Promise<ProviderError> => {
  const error = await search.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!isProviderError(error)) throw new Error(`No provider's error: ${inspect(error)}`)
  const shown = `${inspect(error, { depth: 9, showHidden: true })} ${error.stack} ${JSON.stringify(error)}`
  expect(shown).not.toContain(KEY)
  expect(shown).not.toContain('api_key')
  expect(error.cause).toBeUndefined()
  return error
}

describe("searching Google's web with SerpAPI", () => {
  it('should find pages', async () => {
    const { origin, requests } = await simulate()
    const { results, requestId, warnings } = await web(origin, { language: 'de-CH', country: 'CH' })
    expect(results).toHaveLength(10)
    expect(results[0]).toEqual({
      title: 'dial tone, page 1',
      url: 'https://www.example.com/dial%20tone/1',
      snippet: 'What page 1 says of dial tone.',
      publishedAt: '2025-03-03T00:00:00.000Z',
    })
    // "2 days ago" says nothing to whoever reads it later.
    expect(results[3]).not.toHaveProperty('publishedAt')
    expect(results[4]).not.toHaveProperty('snippet')
    expect(requestId).toMatch(/^[0-9a-f]{24}$/)
    expect(warnings).toEqual([])
    expect(Object.fromEntries(requests[0]?.query ?? [])).toEqual({
      engine: 'google',
      q: 'dial tone',
      hl: 'de',
      gl: 'ch',
      api_key: KEY,
    })
  })

  it.each([
    ['he', 'iw', 'GB', 'uk'],
    ['zh', 'zh-cn', 'us', 'us'],
    ['nb', 'no', 'no', 'no'],
  ])('should name language %s as Google does', async (language, hl, country, gl) => {
    const { origin, requests } = await simulate()
    await web(origin, { language, country })
    expect([requests[0]?.query.get('hl'), requests[0]?.query.get('gl')]).toEqual([hl, gl])
  })

  it('should keep to the limit, and warn where one page cannot hold as many', async () => {
    const { origin, searchesOf } = await simulate()
    const few = await web(origin, { limit: 3 })
    expect([few.results.length, few.warnings]).toEqual([3, []])
    const many = await web(origin, { limit: 20 })
    expect([many.results.length, many.warnings]).toEqual([10, [expect.stringMatching(/one page of Google/)]])
    expect(searchesOf(KEY)).toBe(2)
  })

  it('should come back empty where nothing was found, which is no error', async () => {
    const { origin } = await simulate()
    expect(await web(origin, { query: 'nowhere' })).toMatchObject({ results: [], requestId: expect.any(String) })
  })
})

describe("searching Google's map with SerpAPI", () => {
  it('should find places', async () => {
    const { origin, requests } = await simulate()
    const { places, requestId, warnings } = await map(origin, { language: 'en', country: 'us' })
    expect(places).toHaveLength(20)
    expect(places[0]).toEqual({
      id: 'ChIJ0001simulated',
      name: 'dentist 1',
      address: '1 Example Street, Springfield',
      phone: '(555) 0100',
      website: 'https://place-1.example.com/',
      rating: 4.5,
      reviews: 10,
      types: ['Dentist', 'Dental clinic'],
      latitude: 40.74551,
      longitude: -74.0083012,
    })
    expect(places[3]).not.toHaveProperty('phone')
    expect([typeof requestId, warnings]).toEqual(['string', []])
    expect(requests[0]?.query.get('ll')).toBe('@40.7455096,-74.0083012,14z')
  })

  it('should turn the pages to the last one', async () => {
    const { origin } = await simulate()
    const names = new Set<string>()
    let cursor: string | undefined
    const pages: number[] = []
    do {
      const page = await map(origin, { cursor })
      for (const { id } of page.places) names.add(id)
      pages.push(page.places.length)
      cursor = page.nextCursor
      expect(cursor ?? '').not.toContain(KEY)
    } while (cursor)
    expect([pages, names.size]).toEqual([[20, 20, 5], 45])
  })

  it('should turn the pages of a map that nobody named, by the place that Google chose', async () => {
    const { origin, requests } = await simulate()
    const first = await map(origin, { near: undefined })
    expect(requests[0]?.query.has('ll')).toBe(false)
    expect(first.nextCursor).toBe('20@30.267153,-97.743057,14z')
    expect((await map(origin, { near: undefined, cursor: first.nextCursor })).places[0]?.name).toBe('dentist 21')
  })

  it('should end where Google begins to repeat itself', async () => {
    const next = (start: number) => ({
      status: 200,
      body: {
        search_metadata: { id: 'x', status: 'Success' },
        local_results: [{ title: 'A', place_id: 'a' }],
        serpapi_pagination: { next: `https://serpapi.com/search.json?ll=%401.5%2C2%2C14z&start=${start}` },
      },
    })
    expect((await map((await record(() => next(100))).origin)).nextCursor).toBe('100@1.5,2,14z')
    expect((await map((await record(() => next(120))).origin)).nextCursor).toBeUndefined()
  })

  it.each(['20', 'x', '20@', '20@91', '-20@1,2,14z', '20@1,2,14z&api_key=stolen'])(
    'should refuse %j as a cursor without asking anybody',
    async (cursor) => {
      const { origin, requests } = await simulate()
      expect((await failureOf(map(origin, { near: undefined, cursor }))).kind).toBe('invalid-request')
      expect(requests).toEqual([])
    },
  )

  it('should give one place where the words mean one', async () => {
    const { origin } = await simulate()
    const { places, nextCursor } = await map(origin, { query: 'the only dentist' })
    expect([places.length, nextCursor]).toEqual([1, undefined])
    expect(places[0]).toMatchObject({ name: 'the only dentist 1', types: ['Dentist', 'Dental clinic'] })
  })

  it('should come back empty where nothing was found, which is no error', async () => {
    const { origin } = await simulate()
    const found = await map(origin, { query: 'nowhere' })
    expect([found.places, found.nextCursor]).toEqual([[], undefined])
  })

  it('should keep the map within its bounds', async () => {
    const { origin, requests } = await simulate()
    await map(origin, { near: { latitude: 0, longitude: 1e-9, zoom: 99 } })
    expect(requests[0]?.query.get('ll')).toBe('@0,0,21z')
    expect((await failureOf(map(origin, { near: { latitude: 91, longitude: 0 } }))).kind).toBe('invalid-request')
  })
})

describe('what SerpAPI refuses', () => {
  it('should tell an empty account from a full hour by the account, both being 429', async () => {
    const { origin } = await simulate({
      keys: { [KEY]: { planSearchesLeft: 0 }, full: { searchesPerHour: 5, searchesThisHour: 5 } },
    })
    expect((await failureOf(web(origin))).kind).toBe('out-of-credit')
    expect((await failureOf(map(origin, {}, { apiKey: 'full' }))).kind).toBe('rate-limited')
  })

  it('should believe the number more than the words, and the words where there is no number', async () => {
    const answer = (account: Recorded) => (url: string) =>
      url.startsWith('/account') ? account : { status: 429, body: { error: 'Your account has run out of searches.' } }
    const counted = await record(answer({ status: 200, body: { account_id: 'x', total_searches_left: 3 } }))
    expect((await failureOf(web(counted.origin))).kind).toBe('rate-limited')
    const silent = await record(answer({ status: 503, body: {} }))
    expect((await failureOf(web(silent.origin))).kind).toBe('out-of-credit')
  })

  it.each<[string, Recorded, ProviderError['kind']]>([
    ['a wrong key', { status: 401, body: { error: `Invalid API key ${KEY}.` } }, 'rejected'],
    ['a deleted account', { status: 403, body: { error: 'No permission.' } }, 'rejected'],
    ['a firewall', { status: 403, body: '<html></html>' }, 'failed'],
    ['a fault of its own', { status: 500, body: { error: KEY } }, 'unreachable'],
    [
      'a search that failed',
      { status: 200, body: { search_metadata: { status: 'Error' }, error: `Sorry, ${KEY}` } },
      'unreachable',
    ],
    [
      'an empty account of an older plan',
      { status: 200, body: { error: 'Your searches for the month are exhausted.' } },
      'out-of-credit',
    ],
    ['what is no answer', { status: 200, body: '<html></html>' }, 'failed'],
    ['a redirect', { status: 302, headers: { location: `/x?api_key=${KEY}` }, body: '' }, 'failed'],
  ])('should be told of %s', async (_what, recorded, kind) => {
    const { origin } = await record(() => recorded)
    expect((await failureOf(web(origin))).kind).toBe(kind)
    expect((await failureOf(map(origin))).kind).toBe(kind)
  })

  it('should say which option was refused, and how long to wait', async () => {
    const simulator = await simulate()
    const refused = await failureOf(web(simulator.origin, { language: 'xx' }))
    expect([refused.kind, refused.message]).toEqual([
      'invalid-request',
      'SerpAPI does not take the language of this search.',
    ])
    simulator.setFault('rate-limit')
    expect(await failureOf(web(simulator.origin))).toMatchObject({ kind: 'rate-limited', retryAfterMs: 120_000 })
    simulator.setFault('failed-search')
    expect(await failureOf(web(simulator.origin))).toMatchObject({
      kind: 'unreachable',
      requestId: '64c32cfeb68f8bc186aaa013',
    })
  })

  it('should not be there at all without the key in an error', async () => {
    expect((await failureOf(web('http://127.0.0.1:9'))).kind).toBe('unreachable')
    expect((await failureOf(web('not an address'))).kind).toBe('invalid-request')
  })

  it('should be left by whoever stops waiting, without a connection that stays open', async () => {
    for (const search of [web, map]) {
      const server = await record(() => undefined)
      const controller = new AbortController()
      const failure = failureOf(search(server.origin, {}, { signal: controller.signal }))
      await server.arrived
      controller.abort()
      expect((await failure).kind).toBe('timeout')
      await server.left
    }
    const { origin, requests } = await simulate()
    expect((await failureOf(web(origin, {}, { signal: AbortSignal.abort() }))).kind).toBe('timeout')
    expect(requests).toEqual([])
  })
})
