import { GoogleGenAI, ThinkingLevel } from '@google/genai'
import { afterEach, describe, expect, it } from '@jest/globals'
import { describeWithSdk, post } from '../llm-kit/testing/describe-with-sdk.ts'
import type { LlmRecord, LlmSimulator } from '../llm-kit/index.ts'
import { createGoogleSimulator } from './index.ts'
import type { GoogleSimulatedKey } from './index.ts'

const KEY = 'AQ.T3BlbkFJ-good'
// Without a fetch of its own the SDK wants undici's global dispatcher, which a test's context does not have.
const clientOf = (origin: string, apiKey = KEY) =>
  new GoogleGenAI({ apiKey, httpOptions: { baseUrl: origin, fetch: globalThis.fetch } })

describeWithSdk({
  sdk: '@google/genai 2.32.0',
  key: KEY,
  start: (options) => createGoogleSimulator({ keys: { [KEY]: {} }, ...options }),
  async stream({ origin, key, text, signal, onPiece }) {
    const stream = await clientOf(origin, key).models.generateContentStream({
      model: 'gemini-3.5-flash-lite',
      contents: text,
      config: { abortSignal: signal, thinkingConfig: { thinkingLevel: ThinkingLevel.MINIMAL } },
    })
    const pieces: string[] = []
    let reason: string | undefined
    let outputTokens: number | undefined
    for await (const chunk of stream) {
      if (chunk.text) {
        pieces.push(chunk.text)
        onPiece?.()
      }
      reason = chunk.candidates?.[0]?.finishReason ?? reason
      outputTokens = chunk.usageMetadata?.candidatesTokenCount ?? outputTokens
    }
    return { pieces, reason, outputTokens }
  },
  stopReason: 'STOP',
  statuses: { unauthorized: 400, 'out-of-credit': 402, 'rate-limit': 429, overloaded: 503, 'server-error': 500 },
})

describe('the Gemini simulator', () => {
  let simulator: LlmSimulator
  afterEach(() => simulator.close())
  const start = async (account: GoogleSimulatedKey = {}) => {
    simulator = await createGoogleSimulator({ keys: { [KEY]: account } })
    return simulator.origin
  }
  const contents = [{ role: 'user', parts: [{ text: 'Hi' }] }]

  it('should answer in one piece, thoughts counted against the limit', async () => {
    const answer = await clientOf(await start()).models.generateContent({
      model: 'gemini-3.8-flash',
      contents: 'Hi',
      config: { maxOutputTokens: 43, thinkingConfig: { thinkingLevel: ThinkingLevel.LOW } },
    })
    expect(answer.text).toBe('Hello, and thank')
    expect(answer.candidates?.[0]?.finishReason).toBe('MAX_TOKENS')
    expect(answer.usageMetadata).toMatchObject({ candidatesTokenCount: 3, thoughtsTokenCount: 40 })
  })

  it('should think away a limit that is too low for it', async () => {
    const config = { maxOutputTokens: 200 }
    const asked = { model: 'gemini-3.8-flash', contents: 'Hi', config }
    const answer = await clientOf(await start()).models.generateContent(asked)
    expect(answer.text).toBeUndefined()
    expect(answer.candidates?.[0]?.finishReason).toBe('MAX_TOKENS')
  })

  it('should list models page by page, those too that cannot converse, and describe one', async () => {
    const { models } = clientOf(await start())
    const names: string[] = []
    for await (const model of await models.list({ config: { pageSize: 3 } })) names.push(model.name ?? '')
    expect(names).toHaveLength(7)
    expect(simulator.requests).toHaveLength(3)
    const one = await models.get({ model: 'gemini-3.6-flash' })
    expect(one).toMatchObject({ name: 'models/gemini-3.6-flash', outputTokenLimit: 65_536 })
  })

  it('should list models to a key that may not generate', async () => {
    const { models } = clientOf(await start({ generationBar: 'token-type' }))
    expect((await models.list()).page).toHaveLength(7)
    const asked = { model: 'gemini-3.5-flash-lite', contents: 'Hi' }
    await expect(models.generateContent(asked)).rejects.toMatchObject({ status: 401 })
  })

  const flash = 'gemini-3.8-flash'
  it.each<[string, string, unknown, number]>([
    ['a body that is not JSON', flash, '{', 400],
    ['no contents', flash, { contents: [] }, 400],
    ['an unknown role', flash, { contents: [{ role: 'assistant', parts: [{ text: 'x' }] }] }, 400],
    ['a first turn of the model', flash, { contents: [{ role: 'model', parts: [{ text: 'x' }] }] }, 400],
    ['a last turn of the model', flash, { contents: [...contents, { role: 'model', parts: [{ text: 'x' }] }] }, 400],
    ['an unknown parameter', flash, { contents, voice: 'x' }, 400],
    ['a temperature out of range', flash, { contents, generationConfig: { temperature: 3 } }, 400],
    ['minimal thinking', flash, { contents, generationConfig: { thinkingConfig: { thinkingLevel: 'MINIMAL' } } }, 400],
    ['a budget', flash, { contents, generationConfig: { thinkingConfig: { thinkingBudget: 0 } } }, 400],
    ['a level', 'gemini-2.5-flash', { contents, generationConfig: { thinkingConfig: { thinkingLevel: 'low' } } }, 400],
    ['a budget of 0', 'gemini-2.5-pro', { contents, generationConfig: { thinkingConfig: { thinkingBudget: 0 } } }, 400],
    ['anything', 'gemini-99', { contents }, 404],
  ])('should refuse %s for %s', async (_name, model, body, code) => {
    const url = `${await start()}/v1beta/models/${model}:generateContent`
    const answer = await post(url, { 'x-goog-api-key': KEY }, body)
    expect(answer).toMatchObject({ status: code, body: { error: { code, status: expect.any(String) } } })
  })

  it('should refuse a request without a key, and one with two credentials', async () => {
    const url = `${await start()}/v1beta/models/${flash}:generateContent`
    expect((await post(url, {}, { contents })).status).toBe(403)
    const two = { 'x-goog-api-key': KEY, authorization: `Bearer ${KEY}` }
    expect(await post(url, two, { contents })).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringMatching(/Multiple authentication credentials/) } },
    })
  })

  it('should take a key in the address too, as the API does, and keep what it saw', async () => {
    const origin = await start()
    expect((await fetch(`${origin}/v1beta/models?key=${KEY}`)).status).toBe(200)
    expect((simulator.requests.at(-1) as LlmRecord).query.get('key')).toBe(KEY)
  })
})
