import { afterEach, describe, expect, it } from '@jest/globals'
import type { LlmCapability, LlmEvent, LlmMessage, LlmTool, LlmToolCall } from '../../../src/provider-kit/index.ts'
import type { LlmSimulator, Script, ScriptMessage } from '../index.ts'
import { ask, collect, failureOf, textOf } from './llm-driver.ts'
import type { AskOptions } from './llm-driver.ts'

const TOOLS: LlmTool[] = [
  {
    name: 'look_up',
    description: 'Looks up a whale.',
    parameters: {
      type: 'object',
      properties: { name: { type: 'string', description: 'Its name.' }, depth: { type: 'number' } },
      required: ['name'],
      additionalProperties: false,
    },
  },
  { name: 'end_call', description: 'Ends the call.', parameters: { type: 'object', properties: {} } },
]
const ARGUMENTS = { name: 'Wal "Ü"', depth: 12.5 }
const QUESTION: LlmMessage = { role: 'user', content: 'Tell me about whales.' }

type Simulator = Pick<LlmSimulator, 'origin' | 'close'> & { requests: readonly { body: unknown }[] }

type DescribeOptions = {
  llm: LlmCapability<{ apiKey: string }>
  key: string
  start(options: { script: Script }): Promise<Simulator>
  /** Models to try beside the default. */
  models?: readonly string[]
  /** False where the provider sends arguments as an object, which cannot be malformed. */
  canBeMalformed?: boolean
  /** A request body's way to say that no tool may be called. */
  noneIn: object
}

/** What every language model must do with tools, run against its provider's strict simulator over real sockets. */
export function describeLlmTools(options: DescribeOptions): void {
  const { llm, key, canBeMalformed = true } = options
  let simulator: Simulator
  let heard: readonly ScriptMessage[] = []
  afterEach(() => simulator.close())

  const start = async (script: Script) => {
    simulator = await options.start({
      script: (messages) => {
        heard = messages
        return script(messages)
      },
    })
  }
  const stream = (messages: readonly LlmMessage[], overrides: Partial<AskOptions> = {}) =>
    ask(llm, {
      apiKey: key,
      origin: simulator.origin,
      ...overrides,
      request: { tools: TOOLS, messages, ...overrides.request },
    })
  const callsIn = (events: readonly LlmEvent[]): LlmToolCall[] =>
    events.flatMap((event) => {
      if (event.type !== 'tool-call') return []
      const { type: _, ...call } = event
      return [call]
    })
  const answers = (calls: readonly LlmToolCall[]): LlmMessage[] =>
    calls.map(({ id, name }, index) => ({ role: 'tool', toolCallId: id, toolName: name, content: `Result ${index}.` }))
  const isAnswered = (messages: readonly ScriptMessage[]) => messages.at(-1)?.role === 'tool'

  describe('a tool', () => {
    it.each([undefined, ...(options.models ?? [])])('should be called and answered by the model %s', async (model) => {
      await start((messages) => {
        if (messages.at(-1)?.content === 'And now?') return 'The same.'
        if (isAnswered(messages)) return `It says: ${messages.at(-1)?.content}`
        return { text: 'Let me look.', toolCall: { name: 'look_up', arguments: ARGUMENTS } }
      })
      const first = await collect(stream([QUESTION], { options: { model } }))
      expect(textOf(first)).toBe('Let me look.')
      const calls = callsIn(first)
      expect(calls).toEqual([expect.objectContaining({ name: 'look_up', arguments: ARGUMENTS })])
      expect(calls[0]?.id).not.toBe('')
      expect(first.at(-1)).toMatchObject({ type: 'finish', reason: 'tool-calls' })
      expect(first.findIndex(({ type }) => type === 'tool-call')).toBeGreaterThan(
        first.findLastIndex(({ type }) => type === 'text'),
      )

      const talk: LlmMessage[] = [
        QUESTION,
        { role: 'assistant', content: 'Let me look.', toolCalls: JSON.parse(JSON.stringify(calls)) },
        ...answers(calls),
      ]
      const second = await collect(stream(talk, { options: { model } }))
      expect(textOf(second)).toBe('It says: Result 0.')
      expect(heard.slice(-3)).toMatchObject([
        { role: 'user', content: 'Tell me about whales.' },
        { role: 'assistant', content: 'Let me look.', toolCalls: [{ name: 'look_up' }] },
        { role: 'tool', content: 'Result 0.' },
      ])
      expect(JSON.parse(heard.at(-2)?.toolCalls?.[0]?.arguments ?? '')).toEqual(ARGUMENTS)
      const usages = [first, second].map((events) => {
        const last = events.at(-1)
        return last?.type === 'finish' ? last.usage : undefined
      })
      expect(usages[0]?.outputTokens).toBeGreaterThan(3)
      expect(usages[1]?.outputTokens).toBeGreaterThanOrEqual(4)
      expect(usages[1]?.inputTokens).toBeGreaterThan(usages[0]?.inputTokens ?? Number.POSITIVE_INFINITY)

      const later: LlmMessage[] = [
        ...talk,
        { role: 'assistant', content: 'It says.' },
        { role: 'user', content: 'And now?' },
      ]
      expect(textOf(await collect(stream(later, { options: { model } })))).toBe('The same.')
    })

    it('should be called beside another, without a word, and be interrupted by the caller', async () => {
      await start((messages) => {
        if (messages.at(-1)?.role === 'user' && messages.some(({ role }) => role === 'tool')) return 'As you like.'
        const call = { name: 'look_up', arguments: ARGUMENTS }
        return { toolCall: [call, { name: 'end_call', arguments: {} }] }
      })
      const events = await collect(stream([QUESTION]))
      const calls = callsIn(events)
      expect(textOf(events)).toBe('')
      expect(calls.map(({ name, arguments: args }) => [name, args])).toEqual([
        ['look_up', ARGUMENTS],
        ['end_call', {}],
      ])
      expect(new Set(calls.map(({ id }) => id)).size).toBe(2)
      const talk: LlmMessage[] = [
        QUESTION,
        { role: 'assistant', content: '', toolCalls: calls },
        ...answers(calls),
        { role: 'user', content: 'Stop.' },
      ]
      expect(textOf(await collect(stream(talk)))).toBe('As you like.')
      expect(heard.slice(-3).map(({ role, content }) => [role, content])).toEqual([
        ['tool', 'Result 0.'],
        ['tool', 'Result 1.'],
        ['user', 'Stop.'],
      ])
    })

    it('should be known but not called where it must not', async () => {
      await start(() => 'No.')
      await collect(stream([QUESTION], { request: { toolChoice: 'none' } }))
      expect(simulator.requests.at(-1)?.body).toMatchObject({ ...options.noneIn, tools: expect.any(Array) })
      await collect(stream([QUESTION], { request: { tools: [] } }))
      expect(simulator.requests.at(-1)?.body).not.toHaveProperty('tools')
    })

    it('should be refused by the provider where its result answers no call, or a call has none', async () => {
      await start(() => 'Never.')
      const call: LlmToolCall = { id: 'call_1', name: 'look_up', arguments: {} }
      const called: LlmMessage = { role: 'assistant', content: 'Let me look.', toolCalls: [call] }
      const wrong = { kind: 'invalid-request', status: 400 }
      expect(await failureOf(stream([QUESTION, ...answers([call])]))).toMatchObject(wrong)
      expect(await failureOf(stream([QUESTION, called, { role: 'user', content: 'So?' }]))).toMatchObject(wrong)
      expect(await failureOf(stream([QUESTION, called, ...answers([{ ...call, id: 'call_2' }])]))).toMatchObject(wrong)
      const bad = [{ ...(TOOLS[0] as LlmTool), parameters: { type: 'string' } }]
      expect((await failureOf(stream([QUESTION], { request: { tools: bad } }))).kind).toBe('invalid-request')
    })

    if (canBeMalformed) {
      it('should be told apart where its arguments are no JSON', async () => {
        await start(() => ({ toolCall: { name: 'look_up', arguments: '{"name": "Wa' } }))
        expect(callsIn(await collect(stream([QUESTION])))).toEqual([
          { id: expect.any(String), name: 'look_up', arguments: {}, isMalformed: true },
        ])
      })
    }
  })
}
