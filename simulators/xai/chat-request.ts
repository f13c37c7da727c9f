import { z } from 'zod'
import { findToolFlaw, toolParameters } from '../llm-kit/index.ts'
import type { Refusal, ScriptMessage } from '../llm-kit/index.ts'
import { invalidArgument, modelNotFound } from './api-error.ts'
import type { XaiModel } from './models.ts'

const textPart = z.strictObject({ type: z.literal('text'), text: z.string() })
const content = z.union([z.string(), z.array(textPart).min(1)])
const toolCall = z.strictObject({
  id: z.string(),
  type: z.literal('function'),
  function: z.strictObject({ name: z.string(), arguments: z.string() }),
})
const tool = z.strictObject({
  type: z.literal('function'),
  function: z.strictObject({
    name: z.string().min(1),
    description: z.string().optional(),
    parameters: toolParameters,
    strict: z.boolean().optional(),
  }),
})
const message = z.discriminatedUnion('role', [
  z.strictObject({ role: z.enum(['system', 'developer', 'user']), content, name: z.string().optional() }),
  z.strictObject({
    role: z.literal('assistant'),
    content: content.nullish(),
    name: z.string().optional(),
    reasoning_content: z.string().nullish(),
    tool_calls: z.array(toolCall).optional(),
  }),
  z.strictObject({ role: z.literal('tool'), content, tool_call_id: z.string() }),
])

/**
 * The parameters of `POST /v1/chat/completions` that take part in a conversation.
 * Source: https://docs.x.ai/developers/rest-api-reference/inference/chat
 */
const chatRequest = z.strictObject({
  model: z.string(),
  messages: z.array(message).min(1),
  stream: z.boolean().nullish(),
  stream_options: z.strictObject({ include_usage: z.boolean().optional() }).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  n: z.literal(1).nullish(),
  max_tokens: z.int().min(1).nullish(),
  max_completion_tokens: z.int().min(1).nullish(),
  stop: z.union([z.string(), z.array(z.string()).max(4)]).nullish(),
  presence_penalty: z.number().min(-2).max(2).nullish(),
  frequency_penalty: z.number().min(-2).max(2).nullish(),
  reasoning_effort: z.enum(['none', 'low', 'medium', 'high', 'xhigh']).nullish(),
  seed: z.int().nullish(),
  user: z.string().nullish(),
  service_tier: z.enum(['default', 'priority']).nullish(),
  tools: z.array(tool).max(128).optional(),
  tool_choice: z
    .union([
      z.enum(['none', 'auto', 'required']),
      z.strictObject({ type: z.literal('function'), function: z.strictObject({ name: z.string() }) }),
    ])
    .optional(),
  parallel_function_calling: z.boolean().optional(),
})

export type ChatRequest = z.infer<typeof chatRequest>

/**
 * Reads a request as strictly as the API does.
 * @param models that this key may use
 */
export function readChatRequest(
  body: unknown,
  models: readonly XaiModel[],
): { request: ChatRequest; model: XaiModel } | { refusal: Refusal } {
  const parsed = chatRequest.safeParse(body)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    return { refusal: invalidArgument(`${issue?.path.join('.')}: ${issue?.message}`, 422) }
  }
  const request = parsed.data
  const model = models.find(({ id }) => id === request.model)
  if (!model) return { refusal: modelNotFound(request.model) }
  if (hasFlawOfTools(request)) return { refusal: invalidArgument('Tool calls and tool results do not match.') }
  const unsupported = findUnsupported(request, model)
  if (unsupported) {
    return { refusal: invalidArgument(`Model ${model.id} does not support parameter ${unsupported}.`) }
  }
  return { request, model }
}

const hasFlawOfTools = ({ messages, tools, tool_choice: choice }: ChatRequest): boolean => {
  const traces = messages.map((entry) => ({
    role: entry.role,
    callIds: entry.role === 'assistant' ? entry.tool_calls?.map(({ id }) => id) : undefined,
    answeredIds: entry.role === 'tool' ? [entry.tool_call_id] : undefined,
  }))
  return (choice !== undefined && !tools) || findToolFlaw(traces) !== undefined
}

const findUnsupported = (request: ChatRequest, { efforts, defaultEffort }: XaiModel): string | undefined => {
  if (request.reasoning_effort != null && !efforts.includes(request.reasoning_effort)) return 'reasoningEffort'
  if (defaultEffort === 'none') return undefined
  if (request.presence_penalty != null) return 'presencePenalty'
  if (request.frequency_penalty != null) return 'frequencyPenalty'
  return request.stop == null ? undefined : 'stop'
}

/** The conversation as scripts see it. */
export const toScriptMessages = ({ messages }: ChatRequest): ScriptMessage[] =>
  messages.map((entry) => ({
    role: entry.role,
    content: typeof entry.content === 'string' ? entry.content : (entry.content ?? []).map(({ text }) => text).join(''),
    ...(entry.role === 'assistant' &&
      entry.tool_calls && { toolCalls: entry.tool_calls.map(({ id, function: called }) => ({ id, ...called })) }),
    ...(entry.role === 'tool' && { toolCallId: entry.tool_call_id }),
  }))
