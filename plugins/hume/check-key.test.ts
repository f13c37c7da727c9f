import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from '@jest/globals'
import { createHumeSimulator } from '../../simulators/hume/index.ts'
import type { HumeSimulatedKey } from '../../simulators/hume/index.ts'
import { createSimulatorServer } from '../../simulators/kit/index.ts'
import type { KeyStatus, KeyVerdict } from '../../src/provider-kit/index.ts'
import hume from './index.ts'

type Fixture = {
  name: string
  status: number
  headers?: Record<string, string>
  body: unknown
  verdict: KeyStatus
  retryAfterMs?: number
}
const fixtures = JSON.parse(readFileSync(new URL('./fixtures/check-key.json', import.meta.url), 'utf8')) as Fixture[]

const KEY = '5ec4e7key'
const signal = new AbortController().signal
const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})
const simulate = async (settings: HumeSimulatedKey = {}) => {
  const simulator = await createHumeSimulator({ keys: { [KEY]: settings } })
  cleanups.push(simulator.close)
  return simulator
}
const check = async (origin: string, deadline = signal): Promise<KeyVerdict> => {
  const verdict = await hume.checkKey({
    credentials: { apiKey: KEY },
    origins: { api: origin },
    signal: deadline,
  })
  expect(JSON.stringify(verdict)).not.toContain('5ec4e7')
  return verdict
}

describe('checking a Hume key', () => {
  it('should find a good key good by reading one voice', async () => {
    const { origin, requests } = await simulate()
    expect(await check(origin)).toMatchObject({ status: 'valid', capabilities: { tts: true }, metadata: {} })
    expect(requests()).toEqual(['GET /v0/tts/voices'])
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

  it('should call a provider that is not there unreachable', async () => {
    expect((await check('http://127.0.0.1:9')).status).toBe('unreachable')
  })

  it('should be off by default, and say why', () => {
    expect(hume).toMatchObject({ isOffByDefault: true, sunset: { date: '2026-11-13' } })
    expect(hume.sunset?.message).toContain('ended its speech service')
  })
})

describe("listing Hume's voices", () => {
  const list = (origin: string, apiKey = KEY) =>
    hume.tts?.listVoices?.({ credentials: { apiKey }, origins: { api: origin }, signal })

  it('should give the own voices first, then the library, page by page', async () => {
    const { origin, requests } = await simulate({
      customVoices: Array.from({ length: 120 }, (_, index) => `v${index}`),
    })
    const voices = await list(origin)
    expect(voices).toHaveLength(123)
    expect(voices?.[0]).toEqual({ id: 'custom:v0', name: 'Own v0', isCloned: true })
    expect(voices?.[120]).toEqual({ id: '9e068547-5ba4-4c8e-8e03-69282a008f04', name: 'Male English Actor' })
    expect(requests()).toHaveLength(3)
  })

  it('should say what is wrong with the key', async () => {
    const { origin } = await simulate()
    await expect(list(origin, 'another')).rejects.toMatchObject({ kind: 'rejected', provider: 'hume' })
  })
})
