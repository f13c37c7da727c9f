import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from '@jest/globals'
import { createCartesiaSimulator } from '../../simulators/cartesia/index.ts'
import type { CartesiaSimulatedKey } from '../../simulators/cartesia/index.ts'
import { createSimulatorServer } from '../../simulators/kit/index.ts'
import type { KeyStatus, KeyVerdict } from '../../src/provider-kit/index.ts'
import cartesia from './index.ts'

type Fixture = {
  name: string
  status: number
  headers?: Record<string, string>
  body: unknown
  verdict: KeyStatus
  retryAfterMs?: number
}
const fixtures = JSON.parse(readFileSync(new URL('./fixtures/check-key.json', import.meta.url), 'utf8')) as Fixture[]

const KEY = 'sk_car_5ec4e7'
const signal = new AbortController().signal
const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})
const simulate = async (settings: CartesiaSimulatedKey = {}) => {
  const simulator = await createCartesiaSimulator({ keys: { [KEY]: settings } })
  cleanups.push(simulator.close)
  return simulator
}
const check = async (origin: string, deadline = signal): Promise<KeyVerdict> => {
  const verdict = await cartesia.checkKey({
    credentials: { apiKey: KEY },
    origins: { api: origin },
    signal: deadline,
  })
  expect(JSON.stringify(verdict)).not.toContain('5ec4e7')
  return verdict
}

describe('checking a Cartesia key', () => {
  it('should find a good key good by reading one voice', async () => {
    const { origin, requests } = await simulate()
    expect(await check(origin)).toMatchObject({ status: 'valid', capabilities: { tts: true }, metadata: {} })
    expect(requests()).toEqual(['GET /voices?limit=1'])
  })

  it.each(fixtures)('should read "$name" as $verdict', async ({ status, headers, body, verdict, retryAfterMs }) => {
    const server = await createSimulatorServer({
      onRequest: () => ({ status, headers, body }),
      onUpgrade: () => ({ refuse: { status: 404 } }),
    })
    cleanups.push(server.close)
    const answer = await check(server.origin)
    expect(answer.status).toBe(verdict)
    expect(answer.retryAfterMs).toBe(retryAfterMs)
    expect(answer.capabilities).toEqual(verdict === 'unreachable' ? {} : { tts: verdict === 'valid' })
    expect(answer.message.length).toBeGreaterThan(20)
  })

  it('should call a provider that is not there, or too slow, unreachable', async () => {
    expect((await check('http://127.0.0.1:9')).status).toBe('unreachable')
    const simulator = await simulate()
    simulator.setFault('stall')
    expect((await check(simulator.origin, AbortSignal.timeout(100))).status).toBe('unreachable')
  })

  it.each([
    ['sk_car_abc', true],
    [' sk_car_abc ', true],
    ['an older key', false],
    ['sk_car_admin_abc', false],
    ['', false],
  ])('should tell of %j whether it can be a key', (apiKey, isKey) => {
    expect(cartesia.credentials.safeParse({ apiKey }).success).toBe(isKey)
  })
})

describe("listing Cartesia's voices", () => {
  const list = (origin: string, apiKey = KEY) =>
    cartesia.tts?.listVoices?.({ credentials: { apiKey }, origins: { api: origin }, signal })

  it('should give the own voices first, then the library, page by page', async () => {
    const own = Array.from({ length: 120 }, (_, index) => `own-${index}`)
    const { origin, requests } = await simulate({ ownVoices: own })
    const voices = await list(origin)
    expect(voices).toHaveLength(123)
    expect(voices?.slice(0, 120).map(({ id }) => id)).toEqual(own)
    expect(voices?.[0]).toEqual({
      id: 'own-0',
      name: 'Voice own-',
      description: 'A voice of your own.',
      languages: ['en-US', 'es-MX'],
      isCloned: true,
    })
    expect(voices?.[120]).not.toHaveProperty('isCloned')
    expect(requests()).toEqual([
      'GET /voices?limit=100&is_owner=true',
      'GET /voices?limit=100&is_owner=true&starting_after=own-99',
      'GET /voices?limit=100',
      'GET /voices?limit=100&starting_after=own-96',
    ])
  })

  it('should stop at 500', async () => {
    const { origin } = await simulate({ ownVoices: Array.from({ length: 620 }, (_, index) => `own-${index}`) })
    expect(await list(origin)).toHaveLength(500)
  })

  it('should say what is wrong with the key', async () => {
    const { origin } = await simulate()
    await expect(list(origin, 'sk_car_other')).rejects.toMatchObject({ kind: 'rejected', provider: 'cartesia' })
  })
})
