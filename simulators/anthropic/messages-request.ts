import { z } from 'zod'
import { findToolFlaw, toolParameters } from '../llm-kit/index.ts'
import type { Refusal, ScriptMessage } from '../llm-kit/index.ts'
import { invalidRequest, notFound } from './api-error.ts'
import { THOUGHT_SIGNATURE } from './messages-answer.ts'
import { findModel, THOUGHTS_BY_EFFORT } from './models.ts'
import type { ClaudeModel } from './models.ts'

const cacheControl = z.looseObject({ type: z.literal('ephemeral') }).nullish()
const textBlock = z.strictObject({ type: z.literal('text'), text: z.string().min(1), cache_control: cacheControl })
const thinkingBlock = z.strictObject({
  type: z.literal('thinking'),
  thinking: z.string(),
  // Signed by this simulator, or made up.
  signature: z.literal(THOUGHT_SIGNATURE),
})
const toolUse = z.strictObject({
  type: z.literal('tool_use'),
  id: z.string().regex(/^[a-zA-Z0-9_-]+$/),
  name: z.string().min(1),
  input: z.record(z.string(), z.unknown()),
  cache_control: cacheControl,
})
const toolResult = z.strictObject({
  type: z.literal('tool_result'),
  tool_use_id: z.string(),
  content: z.union([z.string(), z.array(textBlock)]).optional(),
  is_error: z.boolean().optional(),
  cache_control: cacheControl,
})
const tool = z.strictObject({
  name: z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/),
  description: z.string().optional(),
  input_schema: toolParameters,
  type: z.literal('custom').optional(),
  cache_control: cacheControl,
  eager_input_streaming: z.boolean().nullish(),
  strict: z.boolean().optional(),
})
const systemContent = z.union([z.string().min(1), z.array(textBlock).min(1)])
const message = z.discriminatedUnion('role', [
  z.strictObject({
    role: z.literal('user'),
    content: z.union([z.string().min(1), z.array(z.discriminatedUnion('type', [textBlock, toolResult])).min(1)]),
  }),
  z.strictObject({
    role: z.literal('assistant'),
    content: z.union([
      z.string().min(1),
      z.array(z.discriminatedUnion('type', [textBlock, thinkingBlock, toolUse])).min(1),
    ]),
  }),
])

/**
 * The parameters of `POST /v1/messages` that take part in a conversation.
 * Source: `@anthropic-ai/sdk` 1.11.0, `MessageCreateParamsBase`
 */
const messagesRequest = z.strictObject({
  model: z.string(),
  max_tokens: z.int().min(1),
  messages: z.array(message).min(1),
  system: systemContent.optional(),
  stream: z.boolean().optional(),
  temperature: z.number().min(0).max(1).optional(),
  top_p: z.number().min(0).max(1).optional(),
  top_k: z.int().min(0).optional(),
  stop_sequences: z.array(z.string()).optional(),
  metadata: z.strictObject({ user_id: z.string().nullish() }).optional(),
  service_tier: z.enum(['auto', 'standard_only']).optional(),
  thinking: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('enabled'), budget_tokens: z.int().min(1024) }),
      z.strictObject({ type: z.literal('adaptive'), display: z.string().optional() }),
      z.strictObject({ type: z.literal('disabled') }),
      z.strictObject({ type: z.literal('between_tools') }),
    ])
    .optional(),
  output_config: z.strictObject({ effort: z.enum(['low', 'medium', 'high', 'xhigh', 'max']).optional() }).optional(),
  tools: z.array(tool).optional(),
  tool_choice: z
    .strictObject({
      type: z.enum(['auto', 'any', 'none', 'tool']),
      name: z.string().optional(),
      disable_parallel_tool_use: z.boolean().optional(),
    })
    .optional(),
  cache_control: cacheControl,
})

export type MessagesRequest = z.infer<typeof messagesRequest>

/**
 * Reads a request as strictly as the API does.
 * @param models ids that this key may use
 */
export function readMessagesRequest(
  body: unknown,
  models: readonly string[],
): { request: MessagesRequest; model: ClaudeModel } | { refusal: Refusal } {
  const parsed = messagesRequest.safeParse(body)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    const name = issue?.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]].join('.') : issue?.path.join('.')
    return { refusal: invalidRequest(`${name}: ${issue?.message}`) }
  }
  const request = parsed.data
  const model = findModel(request.model)
  if (!model || !models.includes(model.id)) return { refusal: notFound(`model: ${request.model}`) }
  const flaw = findFlaw(request, model)
  return flaw ? { refusal: invalidRequest(flaw) } : { request, model }
}

const findFlaw = (request: MessagesRequest, model: ClaudeModel): string | undefined => {
  const { messages, thinking, output_config: output, temperature, top_p: topP, top_k: topK } = request
  if (messages[0]?.role !== 'user') return 'messages: first message must use the "user" role'
  if (model.refusesPrefill && messages.at(-1)?.role === 'assistant') {
    return 'This model does not support assistant message prefill. The conversation must end with a user message.'
  }
  const flawOfTools = findFlawOfTools(request, countThoughts(request, model) > 0)
  if (flawOfTools) return flawOfTools
  if (request.max_tokens > model.maxTokens) return `max_tokens: ${request.max_tokens} > ${model.maxTokens}`
  if (model.refusesSampling && (temperature ?? topP ?? topK) !== undefined) {
    return '`temperature`, `top_p` and `top_k` are not supported by this model.'
  }
  if (thinking && !model.thinking.includes(thinking.type)) {
    return `"thinking.type.${thinking.type}" is not supported for this model.`
  }
  if (output?.effort && !model.hasEffort) return 'This model does not support the effort parameter.'
  const isHigh = output?.effort === 'xhigh' || output?.effort === 'max'
  if (thinking && thinking.type !== 'adaptive' && thinking.type !== 'enabled' && isHigh) {
    return `thinking.type ${thinking.type} is not supported at effort ${output?.effort}.`
  }
  return undefined
}

/** How many tokens a request lets the model think before its first word. */
export const countThoughts = ({ thinking, output_config: output }: MessagesRequest, model: ClaudeModel): number => {
  const isOn = thinking ? thinking.type === 'adaptive' || thinking.type === 'enabled' : model.thinksByDefault
  return isOn ? (THOUGHTS_BY_EFFORT[output?.effort ?? 'high'] ?? 0) : 0
}

type Content = string | readonly { type: string; text?: string }[]

const toText = (value: Content): string =>
  typeof value === 'string' ? value : value.map(({ text }) => text ?? '').join('')

const findFlawOfTools = (
  { messages, tools, tool_choice: choice }: MessagesRequest,
  isThinking: boolean,
): string | undefined => {
  const flaw = findToolFlaw(
    messages.map(({ role, content }) => ({
      role,
      callIds:
        typeof content === 'string' ? [] : content.flatMap((block) => (block.type === 'tool_use' ? [block.id] : [])),
      answeredIds:
        typeof content === 'string'
          ? []
          : content.flatMap((block) => (block.type === 'tool_result' ? [block.tool_use_id] : [])),
    })),
  )
  if (flaw?.kind === 'orphan') {
    return `messages.${flaw.index}.content.0: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${flaw.id}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`
  }
  if (flaw) {
    return `messages.${flaw.index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${flaw.ids.join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`
  }
  const [called, answered] = messages.slice(-2)
  const isInLoop = typeof answered?.content !== 'string' && answered?.content.some(({ type }) => type === 'tool_result')
  const found = typeof called?.content === 'string' ? 'text' : called?.content[0]?.type
  if (isThinking && isInLoop && found !== 'thinking') {
    return `messages.${messages.length - 2}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${found}\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block.`
  }
  if (choice && !tools) return 'tool_choice may only be specified while providing tools.'
  const hasCalls = messages.some(
    ({ content }) => typeof content !== 'string' && content.some(({ type }) => type === 'tool_use'),
  )
  return hasCalls && !tools
    ? 'Requests which include `tool_use` or `tool_result` blocks must define `tools`.'
    : undefined
}

/** The conversation as scripts see it: a tool's result is a message of its own. */
export const toScriptMessages = ({ system, messages }: MessagesRequest): ScriptMessage[] => [
  ...(system === undefined ? [] : [{ role: 'system', content: toText(system) }]),
  ...messages.flatMap(({ role, content }): ScriptMessage[] => {
    if (typeof content === 'string') return [{ role, content }]
    const results = content.flatMap((block): ScriptMessage[] =>
      block.type === 'tool_result'
        ? [{ role: 'tool', content: toText(block.content ?? ''), toolCallId: block.tool_use_id }]
        : [],
    )
    const toolCalls = content.flatMap((block) =>
      block.type === 'tool_use' ? [{ id: block.id, name: block.name, arguments: JSON.stringify(block.input) }] : [],
    )
    const text = toText(content.map((block) => (block.type === 'text' ? block : { type: block.type })))
    const isSaid = text !== '' || toolCalls.length > 0 || results.length === 0
    return [...results, ...(isSaid ? [{ role, content: text, ...(toolCalls.length > 0 && { toolCalls }) }] : [])]
  }),
]
