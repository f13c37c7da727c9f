import { inspect } from 'node:util'
import { afterEach, describe, expect, it } from '@jest/globals'
import { isProviderError } from '../../src/provider-kit/index.ts'
import type { ProviderError } from '../../src/provider-kit/index.ts'
import { createExaSimulator } from '../../simulators/exa/index.ts'
import type { ExaSimulatorOptions } from '../../simulators/exa/index.ts'
import exa from './index.ts'
import { serve } from './testing/serve.ts'
import type { Recorded } from './testing/serve.ts'

const KEY = '0c0ffee0-5ec4-4e7a-9bad-7a11ab1e5eed'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

const simulate = async (options: Partial<ExaSimulatorOptions> = {}) => {
  const simulator = await createExaSimulator({ keys: { [KEY]: {} }, ...options })
  cleanups.push(simulator.close)
  return simulator
}
const record = async (answer: Recorded | undefined) => {
  const server = await serve(() => answer)
  cleanups.push(server.close)
  return server
}

type Request = Parameters<NonNullable<typeof exa.webSearch>['search']>[1]
const search = (origin: string, request: Partial<Request> = {}, signal = new AbortController().signal) => {
  if (!exa.webSearch) throw new Error('There is no search of the web')
  const context = { credentials: { apiKey: KEY }, origins: { api: origin }, signal }
  return exa.webSearch.search(context, { query: 'dial tone', limit: 5, ...request })
}

/** Whatever could be printed of an error, nothing of it is the key. */
const failureOf = async (promise: Promise<unknown>): Promise<ProviderError> => {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!isProviderError(error)) throw new Error(`No provider's error: ${inspect(error)}`)
  expect(`${inspect(error, { depth: 9, showHidden: true })} ${error.stack} ${JSON.stringify(error)}`).not.toContain(KEY)
  expect(error.cause).toBeUndefined()
  return error
}

describe('searching the web with Exa', () => {
  it('should find pages with the passages that answer, and say what that cost', async () => {
    const { origin, requests, spentBy } = await simulate()
    const { results, requestId, warnings, costUsd } = await search(origin, { country: 'DE' })
    expect(results).toHaveLength(5)
    expect(results[0]).toEqual({
      title: 'dial tone, page 1',
      url: 'https://www.example.com/dial%20tone/1',
      snippet: 'What page 1 says of dial tone. … And one thing more.',
      publishedAt: '2025-03-03T00:00:00.000Z',
    })
    expect(results[2]).not.toHaveProperty('publishedAt')
    expect(results[3]).not.toHaveProperty('snippet')
    expect([requestId, warnings]).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/), []])
    expect([costUsd, spentBy(KEY)]).toEqual([0.007, 0.007])
    expect(JSON.parse(String(requests[0]?.body))).toEqual({
      query: 'dial tone',
      type: 'auto',
      numResults: 5,
      userLocation: 'de',
      contents: { highlights: true },
    })
    expect(requests[0]?.headers['x-api-key']).toBe(KEY)
    expect(`${requests[0]?.path}?${requests[0]?.query}`).not.toContain(KEY)
  })

  it('should never ask for whole pages', async () => {
    const { origin, requests } = await simulate()
    await search(origin, { limit: 20 })
    expect(String(requests[0]?.body)).not.toMatch(/"(text|summary)"/)
  })

  it('should warn of a language, which Exa does not have, and not send it', async () => {
    const { origin, requests } = await simulate()
    expect((await search(origin, { language: 'de' })).warnings).toEqual([expect.stringMatching(/no language/)])
    expect(String(requests[0]?.body)).not.toContain('"de"')
  })

  it('should call a page without a title by its address', async () => {
    const { origin } = await simulate()
    const { results } = await search(origin, { limit: 7 })
    expect(results[6]?.title).toBe('https://www.example.com/dial%20tone/7')
  })

  it('should come back empty where nothing was found', async () => {
    const { origin } = await simulate()
    expect((await search(origin, { query: 'nowhere' })).results).toEqual([])
  })

  it('should drop what is no page, and keep snippets short', async () => {
    const results = [
      { title: 'no address' },
      { title: 'a script', url: 'javascript:alert(1)' },
      null,
      { title: 'long', url: 'https://long.example/', highlights: ['x'.repeat(5_000), 7] },
    ]
    const { origin } = await record({ status: 200, body: { requestId: KEY, results, costDollars: { total: 'free' } } })
    const found = await search(origin)
    expect(found.results.map(({ title, snippet }) => [title, snippet?.length])).toEqual([['long', 1_000]])
    expect([found.requestId, 'costUsd' in found]).toEqual([undefined, false])
  })
})

describe('what Exa refuses', () => {
  const refusal = (status: number, tag: string): Recorded => ({
    status,
    body: { requestId: '67207943fab9832d162b5317f4cca830', error: `Sorry, ${KEY}`, tag },
  })
  it.each<[number, string, ProviderError['kind']]>([
    [401, 'INVALID_API_KEY', 'rejected'],
    [402, 'NO_MORE_CREDITS', 'out-of-credit'],
    [402, 'API_KEY_BUDGET_EXCEEDED', 'out-of-credit'],
    [402, 'TEAM_BUDGET_EXCEEDED', 'out-of-credit'],
    [402, 'A_TAG_OF_TOMORROW', 'out-of-credit'],
    [402, 'X402_PAYMENT_REQUIRED', 'failed'],
    [403, 'FEATURE_DISABLED', 'limited'],
    [403, 'PROHIBITED_CONTENT', 'invalid-request'],
    [400, 'INVALID_REQUEST_BODY', 'invalid-request'],
    [400, 'NUM_RESULTS_EXCEEDED', 'invalid-request'],
    [429, 'RATE_LIMIT_EXCEEDED', 'rate-limited'],
    [503, 'SERVICE_OVERLOADED', 'unreachable'],
    [500, 'INTERNAL_ERROR', 'unreachable'],
  ])('should be told of %d %s', async (status, tag, kind) => {
    const { origin } = await record(refusal(status, tag))
    expect(await failureOf(search(origin))).toMatchObject({
      kind,
      status,
      providerCode: tag,
      requestId: '67207943fab9832d162b5317f4cca830',
    })
  })

  it.each<[string, Recorded, ProviderError['kind']]>([
    ['a firewall', { status: 403, body: '<html></html>' }, 'failed'],
    ['a key where the tag should stand', refusal(401, KEY), 'rejected'],
    ['what is no answer', { status: 200, body: { results: 'many' } }, 'failed'],
    ['a redirect', { status: 307, headers: { location: '/elsewhere' }, body: '' }, 'failed'],
  ])('should be told of %s', async (_what, recorded, kind) => {
    const { origin } = await record(recorded)
    expect((await failureOf(search(origin))).kind).toBe(kind)
  })

  it('should say how long to wait', async () => {
    const simulator = await simulate()
    simulator.setFault('rate-limit')
    expect(await failureOf(search(simulator.origin))).toMatchObject({ kind: 'rate-limited', retryAfterMs: 2_000 })
  })

  it('should be left by whoever stops waiting, without a connection that stays open', async () => {
    const server = await record(undefined)
    const controller = new AbortController()
    const failure = failureOf(search(server.origin, {}, controller.signal))
    await server.silence
    controller.abort()
    expect((await failure).kind).toBe('timeout')
    await server.left
    const simulator = await simulate()
    expect((await failureOf(search(simulator.origin, {}, AbortSignal.abort()))).kind).toBe('timeout')
    expect(simulator.spentBy(KEY)).toBe(0)
  })
})
