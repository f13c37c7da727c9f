import { afterEach, describe, expect, it } from '@jest/globals'
import type { KeyStatus, KeyVerdict } from '../../src/provider-kit/index.ts'
import { createGoogleSimulator } from '../../simulators/google/index.ts'
import type { GoogleSimulatedKey } from '../../simulators/google/index.ts'
import google from './index.ts'

const KEY = 'AQ.Ab8RN6T3BlbkFJ'
const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

type CheckOptions = { apiKey?: string; signal?: AbortSignal }
const check = async (origin: string, { apiKey = KEY, signal }: CheckOptions = {}): Promise<KeyVerdict> => {
  const verdict = await google.checkKey({
    credentials: { apiKey },
    origins: { api: origin },
    signal: signal ?? new AbortController().signal,
  })
  expect(JSON.stringify(verdict)).not.toContain('T3BlbkFJ')
  return verdict
}

const simulate = async (account: GoogleSimulatedKey, key = KEY) => {
  const simulator = await createGoogleSimulator({ keys: { [key]: account } })
  cleanups.push(simulator.close)
  return simulator
}

describe('checking a Gemini key', () => {
  it('should accept an auth key, count the models that converse, and try one token', async () => {
    const simulator = await simulate({})
    expect(await check(simulator.origin)).toEqual({
      status: 'valid',
      capabilities: { llm: true },
      message: 'The key works: 6 models are open to it.',
      metadata: { modelCount: 6, hasDefaultModel: true, keyType: 'auth' },
    })
    expect(simulator.requests.map(({ path }) => path)).toEqual([
      '/v1beta/models',
      '/v1beta/models/gemini-3.5-flash-lite:generateContent',
    ])
    expect(simulator.requests[1]?.body).toMatchObject({ generationConfig: { maxOutputTokens: 1 } })
  })

  it('should send the key as a header, and nothing of it in an address', async () => {
    const simulator = await simulate({})
    await check(simulator.origin)
    for (const { headers, path, query } of simulator.requests) {
      expect(headers['x-goog-api-key']).toBe(KEY)
      expect(headers).not.toHaveProperty('authorization')
      expect(`${path}?${query}`).not.toContain(KEY)
      expect(query.has('key')).toBe(false)
    }
  })

  it('should accept a standard key that still works, and say that its days are counted', async () => {
    const apiKey = 'AIzaT3BlbkFJ'
    const verdict = await check((await simulate({}, apiKey)).origin, { apiKey })
    expect(verdict).toMatchObject({ status: 'valid', metadata: { keyType: 'standard' } })
    expect(verdict.message).toMatch(/AIza.*AQ\./)
  })

  it('should try another Flash model where the default one is not open to the key', async () => {
    const simulator = await simulate({ models: ['gemini-2.5-pro', 'gemini-2.5-flash'] })
    const verdict = await check(simulator.origin)
    expect(verdict).toMatchObject({ status: 'valid', metadata: { modelCount: 2, hasDefaultModel: false } })
    expect(verdict.message).toContain('gemini-3.5-flash-lite')
    expect(simulator.requests[1]?.path).toBe('/v1beta/models/gemini-2.5-flash:generateContent')
  })

  it.each<[string, GoogleSimulatedKey, KeyStatus, RegExp]>([
    ['a token type that cannot generate', { generationBar: 'token-type' }, 'limited', /refuses to let it generate/],
    ['a key without permission to generate', { generationBar: 'permission' }, 'limited', /refuses to let it generate/],
    ['an empty project (402)', { generationBar: 'no-credit' }, 'out-of-credit', /no credit/],
    ['an empty project (429)', { generationBar: 'no-credit-429' }, 'out-of-credit', /no credit/],
  ])('should not be taken in by the model list of %s', async (_name, account, status, message) => {
    const simulator = await simulate(account)
    const verdict = await check(simulator.origin)
    expect(simulator.requests[0]?.status).toBe(200)
    expect(verdict).toMatchObject({ status, capabilities: { llm: false }, message: expect.stringMatching(message) })
    expect(verdict.metadata.modelCount).toBe(6)
  })

  it('should hand on how long Google wants to be left alone', async () => {
    const simulator = await simulate({})
    simulator.setFault('rate-limit')
    expect(await check(simulator.origin)).toMatchObject({ status: 'unreachable', retryAfterMs: 7500 })
  })

  it('should keep a good key where only the trial got no answer', async () => {
    const simulator = await simulate({})
    const checking = check(simulator.origin, { signal: AbortSignal.timeout(300) })
    while (simulator.requests[0]?.status !== 200) await new Promise(setImmediate)
    simulator.setFault('stall')
    expect((await checking).message).toMatch(/works/)
  })
})
