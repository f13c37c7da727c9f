import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from '@jest/globals'
import type { KeyStatus, KeyVerdict } from '../../src/provider-kit/index.ts'
import { createSerpApiSimulator } from '../../simulators/serpapi/index.ts'
import serpapi from './index.ts'
import { serve } from './testing/serve.ts'

type Fixture = {
  name: string
  status: number
  headers?: Record<string, string>
  /** `KEY` stands for the key. */
  body: unknown
  verdict: KeyStatus
  says?: string
  metadata?: Record<string, unknown>
  retryAfterMs?: number
}
const KEY = '5e12f1a9c0ffee00'.repeat(4)
const recorded = readFileSync(new URL('./fixtures/check-key.json', import.meta.url), 'utf8')
const fixtures = JSON.parse(recorded.replaceAll('KEY', KEY)) as Fixture[]

const CAN: Partial<Record<KeyStatus, object>> = {
  valid: { 'web-search': true, 'maps-search': true },
  'out-of-credit': { 'web-search': false, 'maps-search': false },
  rejected: { 'web-search': false, 'maps-search': false },
  unreachable: {},
}

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

const check = async (origin: string, options: { apiKey?: string; signal?: AbortSignal } = {}): Promise<KeyVerdict> => {
  const { apiKey = KEY, signal = new AbortController().signal } = options
  const verdict = await serpapi.checkKey({ credentials: { apiKey }, origins: { api: origin }, signal })
  const told = JSON.stringify(verdict)
  expect(told).not.toContain(apiKey)
  expect(told).not.toContain('api_key')
  expect(told).not.toContain('@serpapi.com')
  return verdict
}

describe('checking a SerpAPI key', () => {
  it.each(fixtures)('should read "$name" as $verdict', async (fixture) => {
    const { says = '', metadata = {}, retryAfterMs, verdict } = fixture
    const server = await serve(() => fixture)
    cleanups.push(server.close)
    const answer = await check(server.origin)
    expect(answer).toMatchObject({ status: verdict, capabilities: CAN[verdict], metadata })
    expect(answer.capabilities).toEqual(CAN[verdict])
    expect(answer.message).toContain(says)
    expect(answer.retryAfterMs).toBe(retryAfterMs)
    expect(server.asked).toEqual([`/account.json?api_key=${KEY}`])
  })

  it('should use up no search', async () => {
    const simulator = await createSerpApiSimulator({
      keys: { [KEY]: {}, empty: { planSearchesLeft: 0 }, gone: { isDeleted: true } },
    })
    cleanups.push(simulator.close)
    expect((await check(simulator.origin)).status).toBe('valid')
    expect((await check(simulator.origin, { apiKey: 'empty' })).status).toBe('out-of-credit')
    expect((await check(simulator.origin, { apiKey: 'gone' })).status).toBe('rejected')
    expect((await check(simulator.origin, { apiKey: 'wrong' })).status).toBe('rejected')
    expect(simulator.searchesOf(KEY)).toBe(0)
  })

  it('should name a balance that falls as the key is used', async () => {
    const simulator = await createSerpApiSimulator({ keys: { [KEY]: { planSearchesLeft: 12 } } })
    cleanups.push(simulator.close)
    const { field = '' } = serpapi.balance ?? {}
    expect((await check(simulator.origin)).metadata[field]).toBe(12)
    await fetch(`${simulator.origin}/search.json?q=x&api_key=${KEY}`)
    expect((await check(simulator.origin)).metadata[field]).toBe(11)
  })

  it('should call a provider that is not there unreachable', async () => {
    expect((await check('http://127.0.0.1:9')).status).toBe('unreachable')
  })

  it('should end with its deadline, and leave no connection open', async () => {
    const server = await serve(() => undefined)
    cleanups.push(server.close)
    const controller = new AbortController()
    const verdict = check(server.origin, { signal: controller.signal })
    await server.arrived
    controller.abort()
    expect((await verdict).status).toBe('unreachable')
    await server.left
  })
})
