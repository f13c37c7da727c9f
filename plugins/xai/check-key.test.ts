import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from '@jest/globals'
import type { KeyStatus, KeyVerdict } from '../../src/provider-kit/index.ts'
import { serveAnswers } from '../../simulators/llm-kit/testing/llm-driver.ts'
import type { RecordedAnswer } from '../../simulators/llm-kit/testing/llm-driver.ts'
import { createXaiSimulator } from '../../simulators/xai/index.ts'
import type { XaiSimulatedKey } from '../../simulators/xai/index.ts'
import xai from './index.ts'

type Fixture = { name: string; key: RecordedAnswer; models?: RecordedAnswer; verdict: KeyStatus; llm?: boolean }
const fixtures = JSON.parse(readFileSync(new URL('./fixtures/check-key.json', import.meta.url), 'utf8')) as Fixture[]

const KEY = 'xai-secretT3BlbkFJtail'
const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

const check = async (origin: string, signal = new AbortController().signal): Promise<KeyVerdict> => {
  const verdict = await xai.checkKey({ credentials: { apiKey: KEY }, origins: { api: origin }, signal })
  expect(JSON.stringify(verdict)).not.toContain('T3BlbkFJ')
  return verdict
}

const simulate = async (account: XaiSimulatedKey) => {
  const simulator = await createXaiSimulator({ keys: { [KEY]: account } })
  cleanups.push(simulator.close)
  return simulator
}

describe('checking an xAI key', () => {
  it('should accept a good key and count its models', async () => {
    const simulator = await simulate({})
    expect(await check(simulator.origin)).toEqual({
      status: 'valid',
      capabilities: { llm: true, tts: true, stt: true },
      message: 'The key works: 6 models are open to it.',
      metadata: { modelCount: 6, hasDefaultModel: true, hasAllModels: true },
    })
    expect(simulator.requests.map(({ path }) => path)).toEqual(['/v1/api-key', '/v1/models'])
  })

  it('should say when the default model is not open to the key', async () => {
    const acls = ['api-key:endpoint:chat', 'api-key:model:grok-4.5']
    const verdict = await check((await simulate({ acls, models: ['grok-4.5'] })).origin)
    expect(verdict).toMatchObject({ status: 'valid', metadata: { modelCount: 1, hasDefaultModel: false } })
    expect(verdict.message).toContain('grok-4.3')
  })

  it.each<[string, XaiSimulatedKey, KeyStatus, RegExp]>([
    ['a blocked key', { keyBlocked: true }, 'rejected', /blocked this key/],
    ['a disabled key', { keyDisabled: true }, 'rejected', /disabled/],
    ['a blocked team', { teamBlocked: true }, 'rejected', /blocked the team/],
    ['a key that may do nothing', { acls: [] }, 'limited', /no endpoint/],
    ['a spent team', { credit: 'used' }, 'out-of-credit', /credits/],
  ])('should not be taken in by the 200 of %s', async (_name, account, status, message) => {
    const simulator = await simulate(account)
    const verdict = await check(simulator.origin)
    expect(simulator.requests[0]?.status).toBe(200)
    expect(verdict).toMatchObject({
      status,
      capabilities: { llm: false, tts: false, stt: false },
      message: expect.stringMatching(message),
    })
    expect(verdict.fixUrl).toBe('https://console.x.ai')
  })

  it.each(fixtures)('should read "$name" as $verdict', async ({ key, models, verdict, llm }) => {
    const server = await serveAnswers((path) => (path === '/v1/api-key' ? key : models))
    cleanups.push(server.close)
    const answer = await check(server.origin)
    expect(answer.status).toBe(verdict)
    // An access list that opens some endpoints opens speech only where it says so.
    const opensAll = key.status === 200 && JSON.stringify(key.body).includes('api-key:endpoint:*')
    const speech = llm === true && opensAll
    expect(answer.capabilities).toEqual(llm === undefined ? {} : { llm, tts: speech, stt: speech })
    expect(answer.message.length).toBeGreaterThan(20)
  })

  it('should hand on how long xAI wants to be left alone', async () => {
    const simulator = await simulate({})
    simulator.setFault('rate-limit')
    expect(await check(simulator.origin)).toMatchObject({ status: 'unreachable', retryAfterMs: 7000 })
  })

  it('should call a provider that is not there, or too slow, unreachable', async () => {
    expect((await check('http://127.0.0.1:9')).status).toBe('unreachable')
    const simulator = await simulate({})
    simulator.setFault('stall')
    expect((await check(simulator.origin, AbortSignal.timeout(100))).status).toBe('unreachable')
  })
})
