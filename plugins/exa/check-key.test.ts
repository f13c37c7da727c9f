import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from '@jest/globals'
import type { KeyStatus, KeyVerdict } from '../../src/provider-kit/index.ts'
import { createExaSimulator } from '../../simulators/exa/index.ts'
import exa from './index.ts'
import { serve } from './testing/serve.ts'
import type { Recorded } from './testing/serve.ts'

type Fixture = {
  name: string
  /** The answer to the free call. `KEY` stands for the key. */
  team: Recorded
  /** The answer to the search; absent where none may be made. */
  search?: Recorded
  verdict: KeyStatus
  says?: string
  metadata?: Record<string, unknown>
  retryAfterMs?: number
}
const KEY = '0c0ffee0-5ec4-4e7a-9bad-7a11ab1e5eed'
const recorded = readFileSync(new URL('./fixtures/check-key.json', import.meta.url), 'utf8')
const fixtures = (JSON.parse(recorded) as Fixture[]).map(
  (fixture) => JSON.parse(JSON.stringify(fixture).replaceAll(/\bKEY\b/g, KEY)) as Fixture,
)
const TEAM = 'GET /websets/v0/teams/me'
const SEARCH = 'POST /search'

const CAN: Partial<Record<KeyStatus, object>> = { valid: { 'web-search': true }, unreachable: {} }

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

const check = async (origin: string, options: { apiKey?: string; signal?: AbortSignal } = {}): Promise<KeyVerdict> => {
  const { apiKey = KEY, signal = new AbortController().signal } = options
  const verdict = await exa.checkKey({ credentials: { apiKey }, origins: { api: origin }, signal })
  expect(JSON.stringify(verdict)).not.toContain(KEY)
  return verdict
}

const simulate = async (options: Parameters<typeof createExaSimulator>[0]) => {
  const simulator = await createExaSimulator(options)
  cleanups.push(simulator.close)
  return simulator
}

describe('checking an Exa key', () => {
  it.each(fixtures)('should read "$name" as $verdict', async (fixture) => {
    const { team, search, verdict, says = '', metadata = {}, retryAfterMs } = fixture
    const server = await serve((asked) => (asked === TEAM ? team : search))
    cleanups.push(server.close)
    const answer = await check(server.origin)
    expect(answer.status).toBe(verdict)
    expect(answer.capabilities).toEqual(CAN[verdict] ?? { 'web-search': false })
    expect(answer.metadata).toEqual(metadata)
    expect(answer.message).toContain(says)
    expect(answer.retryAfterMs).toBe(retryAfterMs)
    expect(server.asked).toEqual(search ? [TEAM, SEARCH] : [TEAM])
  })

  it('should cost nothing where the key is wrong, and the cheapest search where it is good', async () => {
    const simulator = await simulate({ keys: { [KEY]: {} } })
    expect((await check(simulator.origin, { apiKey: 'wrong' })).status).toBe('rejected')
    expect(simulator.requests.map(({ path }) => path)).toEqual(['/websets/v0/teams/me'])
    expect((await check(simulator.origin)).status).toBe('valid')
    expect(simulator.spentBy(KEY)).toBe(0.004)
    expect(JSON.parse(String(simulator.requests.at(-1)?.body))).toEqual({ query: 'test', type: 'lite', numResults: 1 })
  })

  it('should say beforehand what it costs', () => {
    expect(exa.checkCosts?.amount).toBe('$0.004')
    expect(JSON.stringify(exa.credentials.shape.apiKey.meta())).toContain('$0.004')
  })

  it.each([
    ['a team that is not told', { hasWebsets: false }, 'valid'],
    ['an empty purse', { credit: 0 }, 'out-of-credit'],
    ['a budget of its own that is used up', { keyBudget: 0 }, 'out-of-credit'],
    ['a plan without search', { hasSearch: false }, 'limited'],
  ] as const)('should judge a key with %s', async (_what, key, status) => {
    const simulator = await simulate({ keys: { [KEY]: key } })
    expect((await check(simulator.origin)).status).toBe(status)
  })

  it('should search as Exa does by default where the cheapest search is not known any more', async () => {
    const simulator = await simulate({ keys: { [KEY]: {} } })
    simulator.setFault('old-types')
    expect(await check(simulator.origin)).toMatchObject({ status: 'valid', metadata: { testCost: '$0.007' } })
  })

  it('should judge no key by what is not about it', async () => {
    const simulator = await simulate({ keys: { [KEY]: {} } })
    for (const fault of ['rate-limit', 'overloaded', 'not-json'] as const) {
      simulator.setFault(fault)
      expect((await check(simulator.origin)).status).toBe('unreachable')
    }
    expect((await check('http://127.0.0.1:9')).status).toBe('unreachable')
    expect(simulator.spentBy(KEY)).toBe(0)
  })

  it('should show no team that bears the name of the key', async () => {
    const simulator = await simulate({ keys: { [KEY]: { teamName: `Team ${KEY}` } } })
    expect((await check(simulator.origin)).metadata.team).toBeNull()
  })

  it('should end with its deadline, and leave no connection open', async () => {
    for (const silent of [TEAM, SEARCH]) {
      const server = await serve((asked) => (asked === silent ? undefined : { status: 404, body: '' }))
      cleanups.push(server.close)
      const controller = new AbortController()
      const verdict = check(server.origin, { signal: controller.signal })
      await server.silence
      controller.abort()
      expect((await verdict).status).toBe('unreachable')
      await server.left
    }
  })
})
