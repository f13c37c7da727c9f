import { describe, expect, it } from '@jest/globals'
import { createAiSdkLlm } from './ai-sdk-llm.ts'
import type { AiSdkModel, CallOptions, StreamPart } from './ai-sdk-llm.ts'
import { ProviderError } from './errors.ts'
import type { LlmEvent, LlmMessage, LlmRequest, LlmTool } from './llm.ts'

const TOOL: LlmTool = { name: 'look_up', description: 'Looks it up.', parameters: { type: 'object', properties: {} } }
const FINISH: StreamPart = {
  type: 'finish',
  finishReason: { unified: 'tool-calls', raw: 'tool_calls' },
  usage: {
    inputTokens: { total: 9, noCache: 9, cacheRead: 0, cacheWrite: 0 },
    outputTokens: { total: 3, text: 3, reasoning: 0 },
  },
}
const callOf = (input: string, id = 'c1'): StreamPart => ({
  type: 'tool-call',
  toolCallId: id,
  toolName: 'look_up',
  input,
})

/** A model that streams the parts given and keeps what it was asked. */
const createModel = (parts: readonly StreamPart[]) => {
  const asked: CallOptions[] = []
  const model: AiSdkModel = {
    specificationVersion: 'v3',
    provider: 'acme',
    modelId: 'm',
    supportedUrls: {},
    doGenerate: () => Promise.reject(new Error('not streamed')),
    doStream: async (options) => {
      asked.push(options)
      return {
        stream: new ReadableStream<StreamPart>({
          start(controller) {
            for (const part of [...parts, FINISH]) controller.enqueue(part)
            controller.close()
          },
        }),
      }
    },
  }
  const llm = createAiSdkLlm({
    provider: 'acme',
    providerName: 'Acme',
    model,
    options: {},
    mapError: () => new ProviderError({ provider: 'acme', kind: 'failed', message: 'mapped' }),
  })
  const ask = async (request: Partial<LlmRequest> = {}) => {
    const events: LlmEvent[] = []
    const signal = new AbortController().signal
    for await (const event of llm.stream({ system: 'Be brief.', messages: [], signal, ...request })) events.push(event)
    return events
  }
  return { ask, asked: () => asked.at(-1) as CallOptions }
}

describe('the tools of a language model', () => {
  it('should offer them to the model, and nothing where there are none', async () => {
    const { ask, asked } = createModel([])
    await ask({ tools: [TOOL] })
    expect(asked().tools).toEqual([
      { type: 'function', name: 'look_up', description: 'Looks it up.', inputSchema: TOOL.parameters },
    ])
    expect(asked().toolChoice).toEqual({ type: 'auto' })
    await ask({ tools: [TOOL], toolChoice: 'none' })
    expect(asked().toolChoice).toEqual({ type: 'none' })
    await ask({ tools: [] })
    expect(asked()).not.toHaveProperty('tools')
    expect(asked()).not.toHaveProperty('toolChoice')
  })

  it.each<[string, object]>([
    ['{"day":"Monday"}', { arguments: { day: 'Monday' } }],
    ['', { arguments: {} }],
    ['{"day":"Mon', { arguments: {}, isMalformed: true }],
    ['["Monday"]', { arguments: {}, isMalformed: true }],
    ['null', { arguments: {}, isMalformed: true }],
  ])('should read the arguments %s', async (input, expected) => {
    const { ask } = createModel([{ type: 'text-delta', id: '0', delta: 'Let me see.' }, callOf(input)])
    expect(await ask({ tools: [TOOL] })).toEqual([
      { type: 'text', text: 'Let me see.' },
      { type: 'tool-call', id: 'c1', name: 'look_up', ...expected },
      { type: 'finish', reason: 'tool-calls', usage: { inputTokens: 9, cachedInputTokens: 0, outputTokens: 3 } },
    ])
  })

  it('should hand calls, their results and what the provider signed back to it', async () => {
    const signature = { acme: { signature: 's-1' } }
    const { ask, asked } = createModel([
      { type: 'reasoning-start', id: 'r' },
      { type: 'reasoning-delta', id: 'r', delta: 'Hm.' },
      { type: 'reasoning-delta', id: 'r', delta: '', providerMetadata: signature },
      { type: 'reasoning-start', id: 'unsigned' },
      { type: 'reasoning-delta', id: 'unsigned', delta: 'Well.' },
      { ...callOf('{}'), providerMetadata: { acme: { thought: 't-1' } } } as StreamPart,
      callOf('{}', 'c2'),
    ])
    const calls = (await ask({ tools: [TOOL] })).flatMap((event) => (event.type === 'tool-call' ? [event] : []))
    const messages: LlmMessage[] = [
      { role: 'user', content: 'Look it up.' },
      // As it comes back from a place that stores JSON.
      { role: 'assistant', content: '', toolCalls: JSON.parse(JSON.stringify(calls)) },
      { role: 'tool', toolCallId: 'c1', toolName: 'look_up', content: 'Found.' },
      { role: 'tool', toolCallId: 'c2', toolName: 'look_up', content: 'Found again.' },
    ]
    await ask({ messages, tools: [TOOL] })
    const toResult = (toolCallId: string, value: string) => ({
      type: 'tool-result',
      toolCallId,
      toolName: 'look_up',
      output: { type: 'text', value },
    })
    expect(asked().prompt).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: [{ type: 'text', text: 'Look it up.' }] },
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: 'Hm.', providerOptions: signature },
          {
            type: 'tool-call',
            toolCallId: 'c1',
            toolName: 'look_up',
            input: {},
            providerOptions: { acme: { thought: 't-1' } },
          },
          { type: 'tool-call', toolCallId: 'c2', toolName: 'look_up', input: {} },
        ],
      },
      { role: 'tool', content: [toResult('c1', 'Found.'), toResult('c2', 'Found again.')] },
    ])
  })
})
