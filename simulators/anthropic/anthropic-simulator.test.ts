import Anthropic from '@anthropic-ai/sdk'
import { afterEach, describe, expect, it } from '@jest/globals'
import { describeWithSdk, post } from '../llm-kit/testing/describe-with-sdk.ts'
import type { LlmSimulator } from '../llm-kit/index.ts'
import { createAnthropicSimulator } from './index.ts'
import type { AnthropicSimulatedKey } from './index.ts'

const KEY = 'sk-ant-api03-T3BlbkFJ-good'
const clientOf = (origin: string, apiKey = KEY) =>
  new Anthropic({ apiKey, baseURL: origin, maxRetries: 0, logLevel: 'off' })

describeWithSdk({
  sdk: '@anthropic-ai/sdk 1.11.0',
  key: KEY,
  start: (options) => createAnthropicSimulator({ keys: { [KEY]: {} }, ...options }),
  async stream({ origin, key, text, signal, onPiece }) {
    const stream = clientOf(origin, key).messages.stream(
      {
        model: 'claude-haiku-5-5',
        max_tokens: 1000,
        thinking: { type: 'disabled' },
        messages: [{ role: 'user', content: text }],
      },
      { signal },
    )
    const pieces: string[] = []
    stream.on('text', (piece) => {
      pieces.push(piece)
      onPiece?.()
    })
    const message = await stream.finalMessage()
    return { pieces, reason: message.stop_reason, outputTokens: message.usage.output_tokens }
  },
  stopReason: 'end_turn',
  statuses: { unauthorized: 401, 'out-of-credit': 400, 'rate-limit': 429, overloaded: 529, 'server-error': 500 },
})

describe('the Anthropic simulator', () => {
  let simulator: LlmSimulator
  afterEach(() => simulator.close())
  const start = async (account: AnthropicSimulatedKey = {}) => {
    simulator = await createAnthropicSimulator({ keys: { [KEY]: account } })
    return simulator.origin
  }
  const good = { model: 'claude-haiku-4-5', max_tokens: 100, messages: [{ role: 'user' as const, content: 'Hi' }] }
  const ask = (body: object) => ({ ...good, ...body })

  it('should answer in one piece, thoughts first and counted against the limit', async () => {
    const message = await clientOf(await start()).messages.create({
      ...good,
      model: 'claude-opus-5-5',
      max_tokens: 43,
      output_config: { effort: 'low' },
    })
    expect(message.content).toMatchObject([{ type: 'thinking' }, { type: 'text', text: 'Hello, and thank' }])
    expect(message.stop_reason).toBe('max_tokens')
    expect(message.usage).toMatchObject({ output_tokens: 43, output_tokens_details: { thinking_tokens: 40 } })
    expect(message._request_id).toMatch(/^req_/)
  })

  it('should think away a limit that is too low for it', async () => {
    const message = await clientOf(await start()).messages.create({ ...good, model: 'claude-haiku-5-5' })
    expect(message).toMatchObject({ stop_reason: 'max_tokens', content: [{ type: 'thinking' }, { text: '' }] })
  })

  it('should count cached tokens beside the input', async () => {
    const message = await clientOf(await start()).messages.create({ ...good, system: 'A whale guide. '.repeat(400) })
    expect(message.usage.cache_read_input_tokens).toBeGreaterThan(1000)
    expect(message.usage.input_tokens).toBeLessThan(128)
  })

  it('should list models page by page and describe one by its alias', async () => {
    const client = clientOf(await start())
    const ids: string[] = []
    for await (const model of client.models.list({ limit: 2 })) ids.push(model.id)
    expect(ids).toHaveLength(6)
    expect(simulator.requests).toHaveLength(3)
    expect((await client.models.retrieve('claude-haiku-4-5')).id).toBe('claude-haiku-4-5-20251001')
    await expect(client.models.retrieve('claude-99')).rejects.toMatchObject({ status: 404 })
  })

  it('should let the SDK read the code of a spend limit', async () => {
    const client = clientOf(await start({ billing: 'tier-limit' }))
    await expect(client.messages.create(good)).rejects.toMatchObject({
      status: 429,
      type: 'rate_limit_error',
      errorCode: 'enforced_spend_limit_reached',
    })
    expect((await client.models.list()).data).toHaveLength(6)
  })

  it.each<[string, unknown, number, string]>([
    ['a body that is not JSON', '{', 400, 'invalid_request_error'],
    ['no limit', ask({ max_tokens: undefined }), 400, 'invalid_request_error'],
    ['no message', ask({ messages: [] }), 400, 'invalid_request_error'],
    [
      'a first turn of the assistant',
      ask({ messages: [{ role: 'assistant', content: 'Hi' }] }),
      400,
      'invalid_request_error',
    ],
    ['an empty text', ask({ messages: [{ role: 'user', content: '' }] }), 400, 'invalid_request_error'],
    [
      'a system turn among the messages',
      ask({ messages: [{ role: 'system', content: 'x' }] }),
      400,
      'invalid_request_error',
    ],
    ['a temperature above 1', ask({ temperature: 1.5 }), 400, 'invalid_request_error'],
    [
      'a temperature for a model without',
      ask({ model: 'claude-haiku-5-5', temperature: 1 }),
      400,
      'invalid_request_error',
    ],
    [
      'thinking off where it cannot be',
      ask({ model: 'claude-opus-5-5', thinking: { type: 'disabled' } }),
      400,
      'invalid_request_error',
    ],
    ['effort for a model without', ask({ output_config: { effort: 'low' } }), 400, 'invalid_request_error'],
    ['a limit above what the model can', ask({ max_tokens: 64_001 }), 400, 'invalid_request_error'],
    ['an unknown parameter', ask({ voice: 'x' }), 400, 'invalid_request_error'],
    ['an unknown model', ask({ model: 'claude-99' }), 404, 'not_found_error'],
  ])('should refuse %s', async (_name, body, status, type) => {
    const headers = { 'x-api-key': KEY, 'anthropic-version': '2023-06-01' }
    const answer = await post(`${await start()}/v1/messages`, headers, body)
    expect(answer).toMatchObject({ status, body: { type: 'error', error: { type, message: expect.any(String) } } })
  })

  it('should refuse a prefilled answer where the model does', async () => {
    const headers = { 'x-api-key': KEY, 'anthropic-version': '2023-06-01' }
    const messages = [...good.messages, { role: 'assistant', content: 'Whales' }]
    const origin = await start()
    expect((await post(`${origin}/v1/messages`, headers, ask({ messages }))).status).toBe(200)
    const refused = await post(`${origin}/v1/messages`, headers, ask({ messages, model: 'claude-sonnet-5-5' }))
    expect(refused.status).toBe(400)
  })

  it('should take a key by either header, and refuse a request without key or version', async () => {
    const url = `${await start()}/v1/messages`
    const version = { 'anthropic-version': '2023-06-01' }
    expect((await post(url, { ...version, 'x-api-key': KEY }, good)).status).toBe(200)
    expect((await post(url, { ...version, authorization: `Bearer ${KEY}` }, good)).status).toBe(200)
    expect((await post(url, { ...version, authorization: KEY }, good)).status).toBe(401)
    expect((await post(url, version, good)).status).toBe(401)
    expect((await post(url, { 'x-api-key': KEY }, good)).status).toBe(400)
  })
})
