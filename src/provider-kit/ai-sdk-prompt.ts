import type { CallOptions } from './ai-sdk-llm.ts'
import type { Continuation } from './ai-sdk-tool-calls.ts'
import type { LlmMessage, LlmRequest } from './llm.ts'

type Prompt = CallOptions['prompt']
type Assistant = Extract<Prompt[number], { role: 'assistant' }>
type Tool = NonNullable<CallOptions['tools']>[number]
type JsonSchema = Extract<Tool, { type: 'function' }>['inputSchema']

const toText = (text: string) => (text === '' ? [] : [{ type: 'text' as const, text }])

/** What the provider thought stands before what it said, and its signature on the call that it came with. */
const toAssistant = ({ content, toolCalls = [] }: Extract<LlmMessage, { role: 'assistant' }>): Assistant => {
  const continuations = toolCalls.map(({ continuation }) => continuation as Continuation | undefined)
  const thoughts = continuations.flatMap((continuation) => continuation?.thoughts ?? [])
  return {
    role: 'assistant',
    content: [
      ...thoughts.map(({ text, options }) => ({ type: 'reasoning' as const, text, providerOptions: options })),
      ...toText(content),
      ...toolCalls.map((call, index) => ({
        type: 'tool-call' as const,
        toolCallId: call.id,
        toolName: call.name,
        input: call.arguments,
        providerOptions: continuations[index]?.options,
      })),
    ],
  }
}

const toMessage = (message: LlmMessage): Prompt[number] => {
  if (message.role === 'user') return { role: 'user', content: [{ type: 'text', text: message.content }] }
  if (message.role === 'assistant') return toAssistant(message)
  const { toolCallId, toolName, content } = message
  return {
    role: 'tool',
    content: [{ type: 'tool-result', toolCallId, toolName, output: { type: 'text', value: content } }],
  }
}

/** A conversation as the AI SDK's provider specification wants it: the results of one answer's calls in one message. */
export const toPrompt = ({ system, messages }: Pick<LlmRequest, 'system' | 'messages'>): Prompt => {
  const prompt: Prompt = system === '' ? [] : [{ role: 'system', content: system }]
  for (const message of messages.map(toMessage)) {
    const last = prompt.at(-1)
    if (message.role === 'tool' && last?.role === 'tool') last.content.push(...message.content)
    else prompt.push(message)
  }
  return prompt
}

/** The tools of a request; nothing where it has none. */
export const toTools = ({ tools, toolChoice = 'auto' }: LlmRequest): Pick<CallOptions, 'tools' | 'toolChoice'> => {
  if (!tools?.length) return {}
  return {
    tools: tools.map(({ name, description, parameters }) => ({
      type: 'function',
      name,
      description,
      inputSchema: parameters as JsonSchema,
    })),
    toolChoice: { type: toolChoice },
  }
}
