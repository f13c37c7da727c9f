import { afterEach, describe, expect, it } from '@jest/globals'
import { isProviderError } from '../../src/provider-kit/index.ts'
import type {
  LlmEvent,
  LlmOptions,
  LlmRequest,
  ProviderError,
  ProviderErrorKind,
} from '../../src/provider-kit/index.ts'
import { createOpenAiSimulator } from '../../simulators/openai/index.ts'
import type {
  OpenAiFault,
  OpenAiRecord,
  OpenAiSimulator,
  OpenAiSimulatorOptions,
} from '../../simulators/openai/index.ts'
import openai from './index.ts'

const KEY = 'sk-proj-secret0T3BlbkFJ0tail'
const EMPTY_KEY = 'sk-proj-empty0T3BlbkFJ0tail'
const ANSWER = 'Whales are mammals. They breathe air.'

let simulator: OpenAiSimulator
afterEach(() => simulator.close())

const start = async (options: Partial<OpenAiSimulatorOptions> = {}) => {
  simulator = await createOpenAiSimulator({
    keys: { [KEY]: {}, [EMPTY_KEY]: { hasCredit: false } },
    script: () => ANSWER,
    ...options,
  })
}
const lastRecord = () => simulator.requests.at(-1) as OpenAiRecord

type AskOptions = { apiKey?: string; options?: LlmOptions; request?: Partial<LlmRequest>; origin?: string }
const ask = ({ apiKey = KEY, options = {}, request = {}, origin = simulator.origin }: AskOptions = {}) =>
  openai.llm?.create({ credentials: { apiKey }, origins: { api: origin } }, options).stream({
    system: 'You are a whale guide.',
    messages: [{ role: 'user', content: 'Tell me about whales.' }],
    signal: new AbortController().signal,
    ...request,
  }) as AsyncIterable<LlmEvent>

const collect = async (stream: AsyncIterable<LlmEvent>) => {
  const events: LlmEvent[] = []
  for await (const event of stream) events.push(event)
  return events
}
const textOf = (events: LlmEvent[]) => events.map((event) => (event.type === 'text' ? event.text : '')).join('')

const failureOf = async (stream: AsyncIterable<LlmEvent>): Promise<ProviderError> => {
  const error: unknown = await collect(stream).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!isProviderError(error)) throw new Error('The stream did not fail with a ProviderError')
  expect(`${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`).not.toMatch(/T3BlbkFJ/)
  return error
}

describe('the OpenAI model', () => {
  it('should stream the answer and finish with usage and request id', async () => {
    await start()
    const events = await collect(ask({ options: { temperature: 0.3, maxTokens: 200 } }))
    expect(textOf(events)).toBe(ANSWER)
    expect(events.filter(({ type }) => type === 'text')).toHaveLength(6)
    expect(events.at(-1)).toEqual({
      type: 'finish',
      reason: 'stop',
      usage: { inputTokens: expect.any(Number), cachedInputTokens: 0, outputTokens: 6 },
      requestId: expect.stringMatching(/^req_/),
    })
    expect(lastRecord().body).toMatchObject({
      model: 'gpt-4.1-mini',
      temperature: 0.3,
      max_tokens: 200,
      messages: [
        { role: 'system', content: 'You are a whale guide.' },
        { role: 'user', content: 'Tell me about whales.' },
      ],
    })
  })

  it('should say that an answer was cut at the token limit', async () => {
    await start()
    const events = await collect(ask({ options: { maxTokens: 2 } }))
    expect(textOf(events)).toBe('Whales are')
    expect(events.at(-1)).toMatchObject({ type: 'finish', reason: 'length', usage: { outputTokens: 2 } })
  })

  it('should keep a temperature from a reasoning model, and let it think as little as it can', async () => {
    await start()
    expect(textOf(await collect(ask({ options: { model: 'gpt-5-mini', temperature: 0.3, maxTokens: 50 } })))).toBe(
      ANSWER,
    )
    expect(lastRecord().body).toMatchObject({ reasoning_effort: 'minimal', max_completion_tokens: 50 })
    expect(lastRecord().body).not.toHaveProperty('temperature')
  })

  it('should deliver the first token while the rest is still being written', async () => {
    await start({ latencies: { perTokenMs: 40 } })
    let tokensSentAtFirst = 0
    for await (const event of ask()) {
      if (event.type === 'text' && tokensSentAtFirst === 0) tokensSentAtFirst = lastRecord().tokensSent
    }
    expect(tokensSentAtFirst).toBeLessThan(lastRecord().tokensSent)
    expect(tokensSentAtFirst).toBeGreaterThan(0)
  })

  it.each<[string, OpenAiFault | undefined, AskOptions, ProviderErrorKind, string | undefined]>([
    ['a wrong key', undefined, { apiKey: 'sk-proj-wrong0T3BlbkFJ0' }, 'rejected', 'invalid_api_key'],
    ['an empty account', undefined, { apiKey: EMPTY_KEY }, 'out-of-credit', 'insufficient_quota'],
    ['an unknown model', undefined, { options: { model: 'gpt-99' } }, 'invalid-request', 'model_not_found'],
    ['a rate limit', 'rate-limit', {}, 'rate-limited', 'rate_limit_exceeded'],
    ['a fault of the provider', 'server-error', {}, 'unreachable', 'server_error'],
    ['a stream that closes', 'close-mid-stream', {}, 'closed', undefined],
    ['a stream that is not JSON', 'malformed-sse', {}, 'failed', undefined],
    ['an error inside the stream', 'error-mid-stream', {}, 'unreachable', 'server_error'],
    ['a key that no header can carry', undefined, { apiKey: 'sk-T3BlbkFJ\nx' }, 'unreachable', undefined],
    ['no server', undefined, { origin: 'http://127.0.0.1:9' }, 'unreachable', undefined],
  ])('should name %s', async (_name, fault, options, kind, providerCode) => {
    await start()
    simulator.setFault(fault)
    expect(await failureOf(ask(options))).toMatchObject({ provider: 'openai', kind, providerCode })
  })

  it('should tell the status and the request id of a refusal', async () => {
    await start()
    const error = await failureOf(ask({ apiKey: EMPTY_KEY }))
    expect(error).toMatchObject({ status: 429, requestId: expect.stringMatching(/^req_/) })
  })

  it('should deliver what came before the stream broke off', async () => {
    await start()
    simulator.setFault('close-mid-stream')
    const pieces: string[] = []
    const read = async () => {
      for await (const event of ask()) if (event.type === 'text') pieces.push(event.text)
    }
    await expect(read()).rejects.toMatchObject({ kind: 'closed' })
    expect(pieces.join('')).toBe('Whales are mammals.')
  })
})

describe('aborting the OpenAI model', () => {
  it.each<[string, OpenAiFault | undefined]>([
    ['before the headers', 'stall'],
    ['before the first token', 'stall-before-first-token'],
  ])('should end without error and close the connection %s', async (_name, fault) => {
    await start()
    simulator.setFault(fault)
    const controller = new AbortController()
    const reading = collect(ask({ request: { signal: controller.signal } }))
    while (simulator.requests[0]?.body === undefined) await new Promise(setImmediate)
    controller.abort()
    expect(await reading).toEqual([])
    expect(await lastRecord().ended).toBe('aborted')
  })

  it('should end without error in the middle of an answer', async () => {
    await start({ latencies: { perTokenMs: 20 } })
    const controller = new AbortController()
    const events: LlmEvent[] = []
    for await (const event of ask({ request: { signal: controller.signal } })) {
      events.push(event)
      if (events.length === 2) controller.abort()
    }
    expect(textOf(events)).toBe('Whales are')
    expect(await lastRecord().ended).toBe('aborted')
    expect(lastRecord().tokensSent).toBeLessThan(6)
  })

  it('should make no request when it was aborted before', async () => {
    await start()
    expect(await collect(ask({ request: { signal: AbortSignal.abort() } }))).toEqual([])
    expect(simulator.requests).toHaveLength(0)
  })

  it('should close the connection when the reader walks away', async () => {
    await start({ latencies: { perTokenMs: 20 } })
    for await (const _event of ask()) break
    expect(await lastRecord().ended).toBe('aborted')
  })
})
