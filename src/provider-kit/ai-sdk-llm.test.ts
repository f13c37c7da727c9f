import { describe, expect, it } from '@jest/globals'
import { createAiSdkLlm } from './ai-sdk-llm.ts'
import type { AiSdkLlmSettings, AiSdkModel } from './ai-sdk-llm.ts'
import { isProviderError, ProviderError } from './errors.ts'
import type { LlmEvent } from './llm.ts'

type Part = Awaited<ReturnType<AiSdkModel['doStream']>>['stream'] extends ReadableStream<infer Item> ? Item : never

/** A model of the AI SDK's specification whose stream the test writes itself. */
const createModel = () => {
  let seen: AbortSignal | undefined
  let parts: ReadableStreamDefaultController<Part> | undefined
  const stream = new ReadableStream<Part>({
    start(controller) {
      parts = controller
    },
  })
  const model: AiSdkModel = {
    specificationVersion: 'v3',
    provider: 'acme',
    modelId: 'm',
    supportedUrls: {},
    doGenerate: () => Promise.reject(new Error('not streamed')),
    doStream: async ({ abortSignal }) => {
      seen = abortSignal
      abortSignal?.addEventListener('abort', () => parts?.error(new DOMException('aborted', 'AbortError')))
      return { stream, response: { headers: { 'request-id': 'r-1' } } }
    },
  }
  return { model, push: (part: Part) => parts?.enqueue(part), signal: () => seen }
}

const settingsOf = (model: AiSdkModel): AiSdkLlmSettings => ({
  provider: 'acme',
  providerName: 'Acme',
  model,
  options: {},
  mapError: ({ body }) =>
    new ProviderError({ provider: 'acme', kind: 'failed', message: 'mapped', providerCode: typeof body }),
  requestIdHeader: 'request-id',
  firstPieceMs: 60,
  nextPieceMs: 60,
})
const text = (delta: string): Part => ({ type: 'text-delta', id: '0', delta })
const finish: Part = {
  type: 'finish',
  finishReason: { unified: 'stop', raw: 'stop' },
  usage: {
    inputTokens: { total: 9, noCache: 5, cacheRead: 4, cacheWrite: 0 },
    outputTokens: { total: 3, text: 3, reasoning: 0 },
  },
}
const request = (signal = new AbortController().signal) => ({ system: '', messages: [], signal })

describe('createAiSdkLlm', () => {
  it('should run into its deadline when no first piece comes, and leave nothing behind', async () => {
    const { model, signal } = createModel()
    const iterator = createAiSdkLlm(settingsOf(model)).stream(request())[Symbol.asyncIterator]()
    await expect(iterator.next()).rejects.toMatchObject({ kind: 'timeout', provider: 'acme', requestId: 'r-1' })
    expect(signal()?.aborted).toBe(true)
  })

  it('should run into its deadline when the answer stops', async () => {
    const { model, push } = createModel()
    push(text('Hello'))
    const iterator = createAiSdkLlm(settingsOf(model)).stream(request())[Symbol.asyncIterator]()
    expect((await iterator.next()).value).toEqual({ type: 'text', text: 'Hello' })
    await expect(iterator.next()).rejects.toMatchObject({ kind: 'timeout' })
  })

  it('should not count the time of a slow reader', async () => {
    const { model, push } = createModel()
    push(text('Hello'))
    const iterator = createAiSdkLlm(settingsOf(model)).stream(request())[Symbol.asyncIterator]()
    await iterator.next()
    await new Promise((resolve) => setTimeout(resolve, 120))
    push(finish)
    expect((await iterator.next()).value).toEqual({
      type: 'finish',
      reason: 'stop',
      usage: { inputTokens: 9, cachedInputTokens: 4, outputTokens: 3 },
      requestId: 'r-1',
    })
    expect((await iterator.next()).done).toBe(true)
  })

  it('should hold a thinking model to its deadline by its thoughts, and not speak them', async () => {
    const { model, push } = createModel()
    const events: LlmEvent[] = []
    let thoughts = 0
    const thinking = setInterval(() => {
      if (thoughts++ < 5) push({ type: 'reasoning-delta', id: '1', delta: 'hm' })
      else push(finish)
    }, 25)
    for await (const event of createAiSdkLlm(settingsOf(model)).stream(request())) events.push(event)
    clearInterval(thinking)
    expect(events.map(({ type }) => type)).toEqual(['finish'])
  })

  it('should take a finish without a reason of the provider for a broken answer', async () => {
    const { model, push } = createModel()
    push({ ...finish, finishReason: { unified: 'other', raw: undefined } } as Part)
    const iterator = createAiSdkLlm(settingsOf(model)).stream(request())[Symbol.asyncIterator]()
    await expect(iterator.next()).rejects.toMatchObject({ kind: 'closed' })
  })

  it('should hand the error object of a running stream to the mapper', async () => {
    const { model, push } = createModel()
    push({ type: 'error', error: { code: 'x' } })
    const iterator = createAiSdkLlm(settingsOf(model)).stream(request())[Symbol.asyncIterator]()
    await expect(iterator.next()).rejects.toMatchObject({ message: 'mapped', providerCode: 'object' })
  })

  it('should hand an error that the library wrapped to the mapper', async () => {
    const wrapped = { name: 'AI_APICallError', statusCode: 503, responseBody: '{"error":{}}' }
    const unknown = { name: 'AI_TypeValidationError', value: { code: 'x', error: 'y' } }
    for (const error of [wrapped, unknown]) {
      const { model, push } = createModel()
      push({ type: 'error', error })
      const iterator = createAiSdkLlm(settingsOf(model)).stream(request())[Symbol.asyncIterator]()
      await expect(iterator.next()).rejects.toMatchObject({ message: 'mapped', providerCode: 'object' })
    }
  })

  it('should not take a chunk that it cannot read for an error of the provider', async () => {
    const { model, push } = createModel()
    push({ type: 'error', error: { name: 'AI_TypeValidationError', value: { choices: 7 } } })
    const iterator = createAiSdkLlm(settingsOf(model)).stream(request())[Symbol.asyncIterator]()
    await expect(iterator.next()).rejects.toMatchObject({ kind: 'failed', message: expect.stringMatching(/protocol/) })
  })

  it('should tell what was left out before the first text', async () => {
    const { model, push } = createModel()
    push({
      type: 'stream-start',
      warnings: [
        { type: 'unsupported', feature: 'topK' },
        { type: 'compatibility', feature: 'temperature', details: 'clamped' },
        { type: 'other', message: 'beware' },
      ],
    })
    push(finish)
    const told: string[] = []
    const llm = createAiSdkLlm({ ...settingsOf(model), warnings: ['of the plugin'] })
    for await (const event of llm.stream({ ...request(), onWarning: (message) => told.push(message) })) {
      expect(event.type).toBe('finish')
    }
    expect(told).toEqual(['of the plugin', 'topK is not supported by the model.', 'clamped', 'beware'])
  })

  it('should remove its listener from a signal that lives on', async () => {
    const { model, push } = createModel()
    const controller = new AbortController()
    const { signal } = controller
    const added: unknown[] = []
    const removed: unknown[] = []
    const add = signal.addEventListener.bind(signal)
    const remove = signal.removeEventListener.bind(signal)
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      added.push(args[1])
      add(...args)
    }
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      removed.push(args[1])
      remove(...args)
    }
    push(finish)
    for await (const event of createAiSdkLlm(settingsOf(model)).stream(request(signal)))
      expect(event.type).toBe('finish')
    expect(added).toHaveLength(1)
    expect(removed).toEqual(added)
  })

  it('should throw errors that another copy of the kit recognises', async () => {
    const { model } = createModel()
    const iterator = createAiSdkLlm(settingsOf(model)).stream(request())[Symbol.asyncIterator]()
    const error: unknown = await iterator.next().catch((reason: unknown) => reason)
    expect(isProviderError(error)).toBe(true)
  })
})
