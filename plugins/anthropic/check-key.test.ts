import { afterEach, describe, expect, it } from '@jest/globals'
import type { KeyStatus, KeyVerdict } from '../../src/provider-kit/index.ts'
import { createAnthropicSimulator } from '../../simulators/anthropic/index.ts'
import type { AnthropicSimulatedKey } from '../../simulators/anthropic/index.ts'
import { serveAnswers } from '../../simulators/llm-kit/testing/llm-driver.ts'
import anthropic from './index.ts'

const KEY = 'sk-ant-api03-T3BlbkFJ'
const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

type CheckOptions = { apiKey?: string; signal?: AbortSignal }
const check = async (origin: string, { apiKey = KEY, signal }: CheckOptions = {}): Promise<KeyVerdict> => {
  const verdict = await anthropic.checkKey({
    credentials: { apiKey },
    origins: { api: origin },
    signal: signal ?? new AbortController().signal,
  })
  expect(JSON.stringify(verdict)).not.toContain('T3BlbkFJ')
  return verdict
}

const simulate = async (account: AnthropicSimulatedKey) => {
  const simulator = await createAnthropicSimulator({ keys: { [KEY]: account } })
  cleanups.push(simulator.close)
  return simulator
}

describe('checking an Anthropic key', () => {
  it('should accept a good key and count its models', async () => {
    const simulator = await simulate({})
    expect(await check(simulator.origin)).toEqual({
      status: 'valid',
      capabilities: { llm: true },
      message: 'The key works: 6 models are open to it.',
      metadata: { modelCount: 6, hasDefaultModel: true },
    })
    expect(simulator.requests.map(({ path, query }) => `${path}?${query}`)).toEqual(['/v1/models?limit=1000'])
  })

  it('should say when the default model is not open to the key', async () => {
    const verdict = await check((await simulate({ models: ['claude-haiku-4-5-20251001'] })).origin)
    expect(verdict).toMatchObject({ status: 'valid', metadata: { modelCount: 1, hasDefaultModel: false } })
    expect(verdict.message).toContain('claude-haiku-5-5')
  })

  it('should know the default model by its dated id, and not count what is retired', async () => {
    const data = [
      { type: 'model', id: 'claude-haiku-5-5-20260901', lifecycle: 'active' },
      { type: 'model', id: 'claude-3-haiku-20240307', lifecycle: 'retired' },
    ]
    const server = await serveAnswers(() => ({ status: 200, body: { data, has_more: false } }))
    cleanups.push(server.close)
    expect((await check(server.origin)).metadata).toEqual({ modelCount: 1, hasDefaultModel: true })
  })

  it.each([
    ['sk-ant-admin01-T3BlbkFJ', /admin key/],
    ['sk-ant-oat01-T3BlbkFJ', /subscription token/],
  ])('should explain %s without sending it anywhere', async (apiKey, message) => {
    const simulator = await simulate({})
    const verdict = await check(simulator.origin, { apiKey })
    expect(verdict).toMatchObject({ status: 'rejected', message: expect.stringMatching(message) })
    expect(simulator.seenKeys.size).toBe(0)
  })

  it.each<[string, AnthropicSimulatedKey, KeyStatus, RegExp]>([
    ['a disabled key', { state: 'disabled-key' }, 'rejected', /disabled/],
    ['a disabled organization', { state: 'disabled-organization' }, 'rejected', /disabled the organization/],
    ['a key without permission', { state: 'no-permission' }, 'limited', /permission/],
  ])('should tell %s apart', async (_name, account, status, message) => {
    const verdict = await check((await simulate(account)).origin)
    expect(verdict).toMatchObject({ status, capabilities: { llm: false }, message: expect.stringMatching(message) })
    expect(verdict.fixUrl).toMatch(/^https:\/\/platform\.claude\.com\//)
  })

  it('should hand on how long Anthropic wants to be left alone', async () => {
    const simulator = await simulate({})
    simulator.setFault('rate-limit')
    expect(await check(simulator.origin)).toMatchObject({ status: 'unreachable', retryAfterMs: 7000 })
  })
})
