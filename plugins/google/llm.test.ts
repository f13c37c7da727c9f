import { afterEach, describe, expect, it } from '@jest/globals'
import { createGoogleSimulator } from '../../simulators/google/index.ts'
import type { GoogleSimulatedKey } from '../../simulators/google/index.ts'
import type { LlmRecord, LlmSimulator } from '../../simulators/llm-kit/index.ts'
import { ANSWER, describeLlm, WORDS } from '../../simulators/llm-kit/testing/describe-llm.ts'
import { ask, collect, failureOf, serveAnswers, textOf } from '../../simulators/llm-kit/testing/llm-driver.ts'
import type { AskOptions } from '../../simulators/llm-kit/testing/llm-driver.ts'
import { llm, ROOM_TO_THINK } from './llm.ts'

const KEY = 'AQ.Ab8RN6T3BlbkFJ'

describeLlm({
  id: 'google',
  llm,
  key: KEY,
  start: (options) => createGoogleSimulator({ keys: { [KEY]: {} }, ...options }),
  hasRequestId: false,
})

describe('the Gemini models', () => {
  let simulator: LlmSimulator
  afterEach(() => simulator.close())
  const start = async (account: GoogleSimulatedKey = {}, key = KEY) => {
    simulator = await createGoogleSimulator({ keys: { [key]: account }, script: () => ANSWER })
  }
  const stream = (overrides: Partial<AskOptions> = {}) =>
    ask(llm, { apiKey: KEY, origin: simulator.origin, ...overrides })
  const last = () => simulator.requests.at(-1) as LlmRecord

  const askWith = async (options: AskOptions['options']) => {
    const told: string[] = []
    const events = await collect(stream({ options, request: { onWarning: (message) => told.push(message) } }))
    expect(textOf(events)).toBe(ANSWER)
    return { told, finish: events.at(-1) }
  }

  it('should tell the default model to think least, and have no warning', async () => {
    await start()
    expect((await askWith({ maxTokens: 50 })).told).toEqual([])
    expect(last().path).toBe('/v1beta/models/gemini-3.5-flash-lite:streamGenerateContent')
    expect(last().body).toEqual({
      systemInstruction: { parts: [{ text: 'You are a whale guide.' }] },
      contents: [{ role: 'user', parts: [{ text: 'Tell me about whales.' }] }],
      generationConfig: { maxOutputTokens: 50, thinkingConfig: { thinkingLevel: 'minimal' } },
    })
  })

  it.each([['AQ.Ab8RN6T3BlbkFJ'], ['AIzaT3BlbkFJ']])(
    'should send %s in its header alone, never in the address and not twice',
    async (key) => {
      await start({}, key)
      await collect(stream({ apiKey: key }))
      expect(last().headers).toMatchObject({ 'x-goog-api-key': key })
      expect(last().headers).not.toHaveProperty('authorization')
      expect(last().query.toString()).toBe('alt=sse')
    },
  )

  it.each([['gemini-3.5-flash-lite'], ['gemini-3.6-flash'], ['gemini-3.8-flash']])(
    'should leave a temperature out for %s, which ignores it, and say so',
    async (model) => {
      await start()
      expect((await askWith({ model, temperature: 0.3 })).told).toEqual([
        expect.stringContaining('temperature is not supported'),
      ])
      expect(last().body).not.toHaveProperty('generationConfig.temperature')
    },
  )

  it('should send a temperature to a model that takes one, and turn its thinking off', async () => {
    await start()
    const { told, finish } = await askWith({ model: 'gemini-2.5-flash', temperature: 1.7, maxTokens: 30 })
    expect(told).toEqual([])
    expect(last().body).toMatchObject({
      generationConfig: { temperature: 1.7, maxOutputTokens: 30, thinkingConfig: { thinkingBudget: 0 } },
    })
    expect(finish).toMatchObject({ usage: { outputTokens: WORDS } })
  })

  it.each([
    ['gemini-3.7-flash', { thinkingLevel: 'low' }, 40],
    ['gemini-3.8-flash', { thinkingLevel: 'low' }, 40],
    ['gemini-2.5-pro', { thinkingBudget: 128 }, 128],
  ])('should leave %s, which always thinks, room for it, and count its thoughts', async (model, config, thoughts) => {
    await start()
    const { told, finish } = await askWith({ model, maxTokens: 30 })
    const generationConfig = { maxOutputTokens: 30 + ROOM_TO_THINK, thinkingConfig: config }
    expect(last().body).toMatchObject({ generationConfig })
    expect(told).toEqual([expect.stringContaining('always thinks')])
    expect(finish).toMatchObject({ usage: { outputTokens: WORDS + thoughts } })
  })

  it.each<[string, GoogleSimulatedKey, string, string, number]>([
    ['no credit (402)', { generationBar: 'no-credit' }, 'out-of-credit', 'CREDITS_DEPLETED', 402],
    ['no credit as it once was (429)', { generationBar: 'no-credit-429' }, 'out-of-credit', 'CREDITS_DEPLETED', 429],
    ['a quota (429)', { generationBar: 'quota' }, 'rate-limited', 'RESOURCE_EXHAUSTED', 429],
    ['a token type (401)', { generationBar: 'token-type' }, 'rejected', 'ACCESS_TOKEN_TYPE_UNSUPPORTED', 401],
    ['a standard key since their end (401)', { bar: 'standard-key-ended' }, 'rejected', 'UNAUTHENTICATED', 401],
    ['a missing permission (403)', { generationBar: 'permission' }, 'limited', 'PERMISSION_DENIED', 403],
    ['a key for other APIs (403)', { bar: 'service-blocked' }, 'limited', 'API_KEY_SERVICE_BLOCKED', 403],
    ['a country without service (400)', { bar: 'precondition' }, 'limited', 'FAILED_PRECONDITION', 400],
  ])('should tell %s apart', async (_name, account, kind, providerCode, status) => {
    await start(account)
    expect(await failureOf(stream())).toMatchObject({ kind, providerCode, status })
  })

  it('should hand on how long Google wants to be left alone', async () => {
    await start({ generationBar: 'quota' })
    expect(await failureOf(stream())).toMatchObject({ retryAfterMs: 7500 })
  })

  it('should tell a blocked prompt from a broken answer', async () => {
    await start()
    const body = { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' }, usageMetadata: { promptTokenCount: 9 } }
    const server = await serveAnswers(() => ({
      status: 200,
      headers: { 'content-type': 'text/event-stream' },
      body: `data: ${JSON.stringify(body)}\n\n`,
    }))
    expect(await collect(stream({ origin: server.origin }))).toEqual([
      expect.objectContaining({ type: 'finish', reason: 'content-filter' }),
    ])
    await server.close()
  })

  it.each([['../../v1/files'], ['models/../x'], ['a?key=b'], ['a#b'], ['a b'], ['a/b/c'], ['']])(
    'should not put %j into an address',
    async (model) => {
      await start()
      expect(() => stream({ options: { model } })).toThrow('not the id of a Gemini model')
      expect(simulator.requests).toHaveLength(0)
    },
  )
})
