import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from '@jest/globals'
import { createExaSimulator } from './index.ts'
import type { ExaSimulator, ExaSimulatorOptions } from './index.ts'

/** What `exa-js` 2.23.0 sends, recorded from the package itself. */
type SdkRequest = { name: string; method: string; path: string; headers: Record<string, string>; body: object }
const sdkRequests = JSON.parse(readFileSync(new URL('./sdk-requests.json', import.meta.url), 'utf8')) as SdkRequest[]

const KEY = '00000000-0000-4000-8000-000000000000'

let simulator: ExaSimulator | undefined
afterEach(() => simulator?.close())

const start = async (options: Partial<ExaSimulatorOptions> = {}) => {
  simulator = await createExaSimulator({ keys: { [KEY]: {} }, ...options })
  return simulator
}

const send = async (path: string, init: RequestInit = {}) => {
  const response = await fetch(`${simulator?.origin}${path}`, init)
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}
const search = (body: unknown, key = KEY) =>
  send('/search', { method: 'POST', headers: { 'x-api-key': key }, body: JSON.stringify(body) })

describe('the simulator of Exa', () => {
  it.each(sdkRequests)('should take what the official SDK sends: $name', async ({ method, path, headers, body }) => {
    await start()
    const { status, body: answer } = await send(path, { method, headers, body: JSON.stringify(body) })
    expect([status, answer]).toEqual([
      200,
      {
        requestId: expect.stringMatching(/^[0-9a-f]{32}$/),
        results: expect.any(Array),
        costDollars: expect.objectContaining({ total: 0.007 }),
      },
    ])
  })

  it('should take the key from either header, and nowhere else', async () => {
    await start()
    const team = (headers: HeadersInit, path = '/websets/v0/teams/me') => send(path, { headers })
    expect((await team({ 'x-api-key': KEY })).body).toMatchObject({ object: 'team', name: 'Front desk' })
    expect((await team({ authorization: `Bearer ${KEY}` })).status).toBe(200)
    expect((await team({}, `/websets/v0/teams/me?api_key=${KEY}`)).status).toBe(401)
    expect(await team({ 'x-api-key': 'wrong' })).toMatchObject({ status: 401, body: { tag: 'INVALID_API_KEY' } })
  })

  it.each<[string, unknown]>([
    ['no words', {}],
    ['what is not JSON', undefined],
    ['contents in the wrong place', { query: 'x', highlights: true }],
    ['a deprecated parameter', { query: 'x', useAutoprompt: true }],
    ['an unknown type', { query: 'x', type: 'slow' }],
    ['a number as text', { query: 'x', numResults: '5' }],
    ['more results than there may be', { query: 'x', numResults: 101 }],
    ['a country in words', { query: 'x', userLocation: 'Germany' }],
    ['what the cheapest search does not have', { query: 'x', type: 'lite', contents: { summary: true } }],
  ])('should refuse %s, and charge nothing', async (_what, body) => {
    await start()
    expect(await search(body)).toMatchObject({
      status: 400,
      body: { tag: 'INVALID_REQUEST_BODY', requestId: expect.any(String), error: expect.any(String) },
    })
    expect(simulator?.spentBy(KEY)).toBe(0)
  })

  it('should refuse other methods and paths', async () => {
    await start()
    expect((await send('/search', { headers: { 'x-api-key': KEY } })).status).toBe(404)
    expect((await send('/answer', { method: 'POST', headers: { 'x-api-key': KEY } })).status).toBe(404)
  })

  it('should charge as Exa does, until the money is gone', async () => {
    await start({ keys: { [KEY]: { credit: 0.012 } } })
    expect((await search({ query: 'x', type: 'lite', numResults: 12 })).body.costDollars).toMatchObject({
      total: 0.006,
    })
    await search({ query: 'x', type: 'lite' })
    expect(simulator?.spentBy(KEY)).toBe(0.01)
    expect(await search({ query: 'x', type: 'lite' })).toMatchObject({ status: 402, body: { tag: 'NO_MORE_CREDITS' } })
  })

  it('should tell a budget from an empty purse', async () => {
    await start({ keys: { key: { keyBudget: 0 }, team: { teamBudget: 0 } } })
    expect((await search({ query: 'x' }, 'key')).body.tag).toBe('API_KEY_BUDGET_EXCEEDED')
    expect((await search({ query: 'x' }, 'team')).body.tag).toBe('TEAM_BUDGET_EXCEEDED')
  })

  it('should answer a rate limit without a tag, as Exa does', async () => {
    await start()
    simulator?.setFault('rate-limit')
    expect(await search({ query: 'x' })).toEqual({ status: 429, body: { error: expect.any(String) } })
  })
})
