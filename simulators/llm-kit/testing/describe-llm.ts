import { afterEach, describe, expect, it } from '@jest/globals'
import type { LlmCapability, LlmEvent } from '../../../src/provider-kit/index.ts'
import type { LlmRecord, LlmSimulator, Script, StreamLatencies } from '../index.ts'
import { ask, collect, failureOf, SECRET_MARK, textOf } from './llm-driver.ts'
import type { AskOptions } from './llm-driver.ts'

export const ANSWER = 'Whales are mammals. They breathe air.'
export const WORDS = 6

type DescribeLlmOptions = {
  id: string
  llm: LlmCapability<{ apiKey: string }>
  key: string
  start(options: { latencies?: Partial<StreamLatencies>; script: Script }): Promise<LlmSimulator>
  /** True where the provider's answer carries an id of the request. */
  hasRequestId: boolean
}

/**
 * What every language model must do on a call beyond what the conformance kit proves: what it makes of limits, caches and
 * turns, over real sockets against its provider's simulator.
 */
export function describeLlm(options: DescribeLlmOptions): void {
  const { id, llm, key, hasRequestId } = options
  let simulator: LlmSimulator
  afterEach(() => simulator.close())
  const start = async (latencies?: Partial<StreamLatencies>) => {
    simulator = await options.start({ latencies, script: () => ANSWER })
  }
  const stream = (overrides: Partial<AskOptions> = {}) =>
    ask(llm, { apiKey: key, origin: simulator.origin, ...overrides })
  const last = () => simulator.requests.at(-1) as LlmRecord
  const anyId = hasRequestId ? expect.any(String) : undefined

  describe('a streamed answer', () => {
    it('should come word by word and end with usage and request id', async () => {
      await start()
      const events = await collect(stream())
      expect(textOf(events)).toBe(ANSWER)
      expect(events.filter(({ type }) => type === 'text')).toHaveLength(WORDS)
      const { inputTokens } = (events.at(-1) as Extract<LlmEvent, { type: 'finish' }>).usage
      expect(inputTokens).toBeGreaterThan(5)
      expect(events.at(-1)).toEqual({
        type: 'finish',
        reason: 'stop',
        usage: { inputTokens, cachedInputTokens: 0, outputTokens: WORDS },
        requestId: anyId,
      })
    })

    it('should count the tokens that came from the cache', async () => {
      await start()
      const events = await collect(stream({ request: { system: 'A whale guide. '.repeat(400) } }))
      const { usage } = events.at(-1) as Extract<LlmEvent, { type: 'finish' }>
      expect(usage.cachedInputTokens).toBeGreaterThan(1000)
      expect(usage.inputTokens).toBeGreaterThan(usage.cachedInputTokens)
      expect(usage.inputTokens).toBeLessThan(usage.cachedInputTokens * 1.2)
    })

    it('should say that it was cut at the token limit', async () => {
      await start()
      const events = await collect(stream({ options: { maxTokens: 2 } }))
      expect(textOf(events)).toBe('Whales are')
      expect(events.at(-1)).toMatchObject({ type: 'finish', reason: 'length', usage: { outputTokens: 2 } })
    })

    it('should be delivered while the rest is still being written', async () => {
      await start({ perTokenMs: 40 })
      let sentAtFirst = 0
      for await (const event of stream()) {
        if (event.type === 'text' && sentAtFirst === 0) sentAtFirst = last().tokensSent
      }
      expect(sentAtFirst).toBeGreaterThan(0)
      expect(sentAtFirst).toBeLessThan(3)
    })

    it('should answer a caller whom the agent greeted first, and keep the turns apart', async () => {
      const heard: { role: string; content: string }[] = []
      simulator = await options.start({
        script: (messages) => {
          heard.push(...messages)
          return ANSWER
        },
      })
      const messages = [
        { role: 'assistant', content: 'Hello, this is the whale line.' },
        { role: 'user', content: 'Hello.' },
        { role: 'assistant', content: 'What would you like to know?' },
        { role: 'user', content: 'Do whales sleep?' },
      ] as const
      expect(textOf(await collect(stream({ request: { messages } })))).toBe(ANSWER)
      expect(heard[0]).toEqual({ role: 'system', content: 'You are a whale guide.' })
      expect(heard.slice(-4)).toEqual(messages)
    })
  })

  describe('a failure', () => {
    it('should be named where no header can carry the key', async () => {
      await start()
      const failure = await failureOf(stream({ apiKey: `a${SECRET_MARK}\nb` }))
      expect(failure).toMatchObject({ provider: id, kind: 'unreachable' })
    })

    it('should tell status and request id of a refusal', async () => {
      await start()
      simulator.setFault('rate-limit')
      expect(await failureOf(stream())).toMatchObject({ status: 429, requestId: anyId })
    })

    it('should deliver what came before the answer broke off', async () => {
      await start()
      simulator.setFault('close-mid-stream')
      const pieces: string[] = []
      const read = async () => {
        for await (const event of stream()) if (event.type === 'text') pieces.push(event.text)
      }
      await expect(read()).rejects.toMatchObject({ kind: 'closed' })
      expect(pieces.join('')).toBe('Whales are mammals.')
    })
  })

  it('should stop the provider from writing what nobody reads', async () => {
    await start({ perTokenMs: 20 })
    const controller = new AbortController()
    const events: LlmEvent[] = []
    for await (const event of stream({ request: { signal: controller.signal } })) {
      events.push(event)
      if (events.length === 2) controller.abort()
    }
    expect(textOf(events)).toBe('Whales are')
    expect(await last().ended).toBe('aborted')
    expect(last().tokensSent).toBeLessThan(WORDS)
  })
}
