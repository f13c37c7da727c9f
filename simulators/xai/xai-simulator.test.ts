import { afterEach, describe, expect, it } from '@jest/globals'
import OpenAI from 'openai'
import { describeWithSdk, post } from '../llm-kit/testing/describe-with-sdk.ts'
import type { LlmSimulator } from '../llm-kit/index.ts'
import { createXaiSimulator } from './index.ts'

const KEY = 'xai-T3BlbkFJ-good'
const clientOf = (origin: string, apiKey = KEY) =>
  new OpenAI({ apiKey, baseURL: `${origin}/v1`, maxRetries: 0, logLevel: 'off' })

describeWithSdk({
  sdk: 'openai 6.49.0, which xAI names for its chat completions',
  key: KEY,
  start: (options) => createXaiSimulator({ keys: { [KEY]: {} }, ...options }),
  async stream({ origin, key, text, signal, onPiece }) {
    const stream = await clientOf(origin, key).chat.completions.create(
      {
        model: 'grok-4.3',
        reasoning_effort: 'none',
        messages: [{ role: 'user', content: text }],
        stream: true,
        stream_options: { include_usage: true },
      },
      { signal },
    )
    const pieces: string[] = []
    let reason: string | null | undefined
    let outputTokens: number | undefined
    for await (const chunk of stream) {
      const piece = chunk.choices[0]?.delta.content
      if (piece) {
        pieces.push(piece)
        onPiece?.()
      }
      reason = chunk.choices[0]?.finish_reason ?? reason
      outputTokens = chunk.usage?.completion_tokens ?? outputTokens
    }
    return { pieces, reason, outputTokens }
  },
  stopReason: 'stop',
  statuses: { unauthorized: 400, 'out-of-credit': 429, 'rate-limit': 429, overloaded: 503, 'server-error': 500 },
})

describe('the xAI simulator', () => {
  let simulator: LlmSimulator
  afterEach(() => simulator.close())
  const start = async (account = {}) => {
    simulator = await createXaiSimulator({ keys: { [KEY]: account } })
    return simulator.origin
  }
  const ask = (body: object) => ({ model: 'grok-4.3', messages: [{ role: 'user', content: 'Hi' }], ...body })

  it('should answer in one piece, cut at the limit, thoughts counted beside the answer', async () => {
    const client = clientOf(await start())
    const answer = await client.chat.completions.create({
      model: 'grok-4.5',
      reasoning_effort: 'low',
      messages: [{ role: 'user', content: 'Hi' }],
      max_completion_tokens: 43,
    })
    expect(answer.choices[0]).toMatchObject({ finish_reason: 'length', message: { content: 'Hello, and thank' } })
    expect(answer.usage).toMatchObject({
      completion_tokens: 3,
      completion_tokens_details: { reasoning_tokens: 40 },
    })
  })

  it('should think away a limit that is too low for it', async () => {
    const answer = await clientOf(await start()).chat.completions.create({
      model: 'grok-4.7',
      messages: [{ role: 'user', content: 'Hi' }],
      max_completion_tokens: 200,
    })
    expect(answer.choices[0]).toMatchObject({ finish_reason: 'length', message: { content: '' } })
  })

  it('should list and describe the models that are open to a key', async () => {
    const client = clientOf(await start({ models: ['grok-4.3'] }))
    expect((await client.models.list()).data.map(({ id }) => id)).toEqual(['grok-4.3'])
    expect(await client.models.retrieve('grok-4.3')).toMatchObject({ object: 'model', owned_by: 'xai' })
    await expect(client.models.retrieve('grok-4.5')).rejects.toMatchObject({ status: 404 })
  })

  it.each<[string, unknown, number]>([
    ['a body that is not JSON', '{', 400],
    ['no message', ask({ messages: [] }), 422],
    ['an unknown role', ask({ messages: [{ role: 'robot', content: 'x' }] }), 422],
    ['a temperature out of range', ask({ temperature: 3 }), 422],
    ['an unknown parameter', ask({ voice: 'x' }), 422],
    ['an effort that the model does not take', ask({ model: 'grok-4.5', reasoning_effort: 'none' }), 400],
    ['an effort for a model without', ask({ model: 'grok-4.20-0309-reasoning', reasoning_effort: 'low' }), 400],
    ['a penalty for a model that reasons', ask({ presence_penalty: 1 }), 400],
    ['stop words for a model that reasons', ask({ stop: ['x'] }), 400],
    ['an unknown model', ask({ model: 'grok-99' }), 404],
  ])('should refuse %s with code and error as plain strings', async (_name, body, status) => {
    const answer = await post(`${await start()}/v1/chat/completions`, { authorization: `Bearer ${KEY}` }, body)
    expect(answer).toEqual({ status, body: { code: expect.any(String), error: expect.any(String) } })
  })

  it('should refuse a request without a key, and know no other path', async () => {
    const origin = await start()
    expect((await fetch(`${origin}/v1/api-key`)).status).toBe(401)
    expect((await post(`${origin}/v1/speech`, { authorization: `Bearer ${KEY}` }, {})).status).toBe(404)
  })
})
