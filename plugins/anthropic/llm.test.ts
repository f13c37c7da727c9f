import { afterEach, describe, expect, it } from '@jest/globals'
import { createAnthropicSimulator } from '../../simulators/anthropic/index.ts'
import type { AnthropicSimulatedKey } from '../../simulators/anthropic/index.ts'
import type { LlmRecord, LlmSimulator } from '../../simulators/llm-kit/index.ts'
import { ANSWER, describeLlm, WORDS } from '../../simulators/llm-kit/testing/describe-llm.ts'
import { ask, collect, failureOf, serveAnswers, textOf } from '../../simulators/llm-kit/testing/llm-driver.ts'
import type { AskOptions } from '../../simulators/llm-kit/testing/llm-driver.ts'
import { DEFAULT_LIMIT, llm, ROOM_TO_THINK } from './llm.ts'

const KEY = 'sk-ant-api03-T3BlbkFJ'

describeLlm({
  id: 'anthropic',
  llm,
  key: KEY,
  start: (options) => createAnthropicSimulator({ keys: { [KEY]: {} }, ...options }),
  hasRequestId: true,
})

describe('the Claude models', () => {
  let simulator: LlmSimulator
  afterEach(() => simulator.close())
  const start = async (account: AnthropicSimulatedKey = {}) => {
    simulator = await createAnthropicSimulator({ keys: { [KEY]: account }, script: () => ANSWER })
  }
  const stream = (overrides: Partial<AskOptions> = {}) =>
    ask(llm, { apiKey: KEY, origin: simulator.origin, ...overrides })
  const body = () => (simulator.requests.at(-1) as LlmRecord).body

  const askWith = async (options: AskOptions['options']) => {
    const told: string[] = []
    const events = await collect(stream({ options, request: { onWarning: (message) => told.push(message) } }))
    expect(textOf(events)).toBe(ANSWER)
    return { told, finish: events.at(-1) }
  }

  it('should send the default model a limit, tell it not to think, and have no warning', async () => {
    await start()
    expect((await askWith({})).told).toEqual([])
    expect(body()).toEqual({
      model: 'claude-haiku-5-5',
      max_tokens: DEFAULT_LIMIT,
      thinking: { type: 'disabled' },
      system: [{ type: 'text', text: 'You are a whale guide.' }],
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Tell me about whales.' }] }],
      stream: true,
    })
  })

  it('should leave a temperature out for a model that refuses it, and say so', async () => {
    await start()
    const { told } = await askWith({ temperature: 0.3, maxTokens: 50 })
    expect(told).toEqual([expect.stringMatching(/temperature is not supported by claude-haiku-5-5/)])
    expect(body()).not.toHaveProperty('temperature')
    expect(body()).toMatchObject({ max_tokens: 50 })
  })

  it('should lower a temperature above 1 for a model that takes one, and say so', async () => {
    await start()
    const { told } = await askWith({ model: 'claude-haiku-4-5', temperature: 1.6 })
    expect(told).toEqual([expect.stringMatching(/1\.6 exceeds .* clamped to 1\.0/)])
    expect(body()).toMatchObject({ temperature: 1 })
    expect(body()).not.toHaveProperty('thinking')
  })

  it('should lower a limit above what the model can write, and say so', async () => {
    await start()
    const { told } = await askWith({ model: 'claude-haiku-4-5', maxTokens: 100_000 })
    expect(told).toEqual([expect.stringMatching(/max output tokens have been limited to 64000/)])
    expect(body()).toMatchObject({ max_tokens: 64_000 })
  })

  it.each([
    ['claude-sonnet-5-5', { thinking: { type: 'between_tools' }, output_config: { effort: 'low' } }],
    ['claude-sonnet-5', { thinking: { type: 'disabled' } }],
  ])('should tell %s to think least, so that it speaks at once', async (model, expected) => {
    await start()
    const { finish } = await askWith({ model, maxTokens: 30 })
    expect(body()).toMatchObject({ ...expected, max_tokens: 30 })
    expect(finish).toMatchObject({ usage: { outputTokens: WORDS } })
  })

  it('should leave a model that always thinks room for it, and count its thoughts', async () => {
    await start()
    const { told, finish } = await askWith({ model: 'claude-opus-5-5', maxTokens: 30 })
    expect(body()).toMatchObject({ max_tokens: 30 + ROOM_TO_THINK, output_config: { effort: 'low' } })
    expect(body()).not.toHaveProperty('thinking')
    expect(told).toEqual([expect.stringContaining('always thinks')])
    expect(finish).toMatchObject({ usage: { outputTokens: WORDS + 40 } })
  })

  it('should send Anthropic version and key as headers, and nothing of it in the address', async () => {
    await start()
    await askWith({})
    const { headers, path, query } = simulator.requests.at(-1) as LlmRecord
    expect(headers).toMatchObject({ 'x-api-key': KEY, 'anthropic-version': '2023-06-01' })
    expect(headers).not.toHaveProperty('authorization')
    expect(`${path}?${query}`).toBe('/v1/messages?')
  })

  it.each<[string, AnthropicSimulatedKey, string, string, number]>([
    ['low credit (400)', { billing: 'credit-too-low' }, 'out-of-credit', 'credit_balance_too_low', 400],
    ['its own limit (400)', { billing: 'own-limit' }, 'out-of-credit', 'own_spend_limit_reached', 400],
    ['its workspace’s limit (400)', { billing: 'workspace-limit' }, 'out-of-credit', 'own_spend_limit_reached', 400],
    ['payment (402)', { billing: 'payment' }, 'out-of-credit', 'billing_error', 402],
    ['its tier’s limit (429)', { billing: 'tier-limit' }, 'out-of-credit', 'enforced_spend_limit_reached', 429],
    ['its contract’s limit (429)', { billing: 'contract-limit' }, 'out-of-credit', 'contract_spend_limit_reached', 429],
    ['a missing permission (403)', { state: 'no-permission' }, 'limited', 'permission_error', 403],
    ['a disabled organization (400)', { state: 'disabled-organization' }, 'rejected', 'organization_disabled', 400],
  ])('should tell %s apart', async (_name, account, kind, providerCode, status) => {
    await start(account)
    expect(await failureOf(stream())).toMatchObject({ kind, providerCode, status })
  })

  it('should read an error that is the first event of a stream', async () => {
    await start()
    const error = { type: 'error', error: { type: 'overloaded_error', message: 'T3BlbkFJ' } }
    const server = await serveAnswers(() => ({
      status: 200,
      headers: { 'content-type': 'text/event-stream' },
      body: `event: error\ndata: ${JSON.stringify(error)}\n\n`,
    }))
    const failure = await failureOf(stream({ origin: server.origin }))
    expect(failure).toMatchObject({ kind: 'unreachable', providerCode: 'overloaded_error' })
    await server.close()
  })
})
