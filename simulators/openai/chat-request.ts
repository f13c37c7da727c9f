import { z } from 'zod'
import { findToolFlaw, toolParameters } from '../llm-kit/script-tools.ts'
import { invalidRequest, modelNotFound } from './api-error.ts'
import type { ApiError } from './api-error.ts'

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
    name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/),
    description: z.string().optional(),
    parameters: toolParameters.optional(),
    strict: z.boolean().nullish(),
  }),
})
const message = z.discriminatedUnion('role', [
  z.strictObject({ role: z.enum(['system', 'developer', 'user']), content, name: z.string().optional() }),
  z.strictObject({
    role: z.literal('assistant'),
    content: content.nullish(),
    name: z.string().optional(),
    refusal: z.string().nullish(),
    tool_calls: z.array(toolCall).min(1).optional(),
  }),
  z.strictObject({ role: z.literal('tool'), content, tool_call_id: z.string() }),
])

/**
 * The parameters of `POST /v1/chat/completions` that take part in a conversation.
 * Source: https://github.com/openai/openai-openapi (openapi.yaml, `CreateChatCompletionRequest`)
 */
const chatRequest = z.strictObject({
  model: z.string(),
  messages: z.array(message).min(1),
  stream: z.boolean().nullish(),
  stream_options: z
    .strictObject({ include_usage: z.boolean().optional(), include_obfuscation: z.boolean().optional() })
    .nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  n: z.literal(1).nullish(),
  max_tokens: z.int().min(1).nullish(),
  max_completion_tokens: z.int().min(1).nullish(),
  stop: z.union([z.string(), z.array(z.string()).max(4)]).nullish(),
  presence_penalty: z.number().min(-2).max(2).nullish(),
  frequency_penalty: z.number().min(-2).max(2).nullish(),
  reasoning_effort: z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh']).nullish(),
  seed: z.int().nullish(),
  user: z.string().optional(),
  safety_identifier: z.string().optional(),
  prompt_cache_key: z.string().optional(),
  service_tier: z.enum(['auto', 'default', 'flex', 'scale', 'priority']).nullish(),
  store: z.boolean().nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
  tools: z.array(tool).min(1).max(128).optional(),
  tool_choice: z
    .union([
      z.enum(['none', 'auto', 'required']),
      z.strictObject({ type: z.literal('function'), function: z.strictObject({ name: z.string() }) }),
    ])
    .optional(),
  parallel_tool_calls: z.boolean().optional(),
})

export type ChatRequest = z.infer<typeof chatRequest>

/** One message as a script sees it: content always as one text. */
export type ScriptMessage = {
  role: string
  content: string
  /** Of the assistant. */
  toolCalls?: readonly { id: string; name: string; arguments: string }[]
  /** Of a tool. */
  toolCallId?: string
}

const isReasoningModel = (model: string): boolean => /^(o\d|gpt-[5-9](?!.*chat))/.test(model)

const toApiError = ({ issues }: z.ZodError): ApiError => {
  const issue = issues[0] as z.core.$ZodIssue
  const param = issue.path.join('.')
  if (issue.code === 'unrecognized_keys') {
    const name = [...issue.path, issue.keys[0]].join('.')
    return invalidRequest(`Unrecognized request argument supplied: ${name}`, name, 'unknown_parameter')
  }
  if (issue.message.includes('received undefined')) {
    return invalidRequest(`Missing required parameter: '${param}'.`, param, 'missing_required_parameter')
  }
  return invalidRequest(`Invalid value for '${param}': ${issue.message}.`, param, 'invalid_value')
}

const findFlawOfTools = ({ messages, tools, tool_choice: choice }: ChatRequest): ApiError | undefined => {
  const silent = messages.findIndex(
    (entry) => entry.role === 'assistant' && entry.content == null && entry.tool_calls === undefined,
  )
  if (silent >= 0) {
    return invalidRequest("Invalid value for 'content': expected a string, got null.", `messages.[${silent}].content`)
  }
  if (choice !== undefined && !tools) {
    return invalidRequest("Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.")
  }
  const flaw = findToolFlaw(
    messages.map((entry) => ({
      role: entry.role,
      callIds: entry.role === 'assistant' ? entry.tool_calls?.map(({ id }) => id) : undefined,
      answeredIds: entry.role === 'tool' ? [entry.tool_call_id] : undefined,
    })),
  )
  if (!flaw) return undefined
  if (flaw.kind === 'orphan') {
    const text =
      "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'."
    return invalidRequest(text, `messages.[${flaw.index}].role`)
  }
  const text = `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${flaw.ids.join(', ')}`
  return invalidRequest(text, `messages.[${flaw.index}].role`)
}

const findUnsupported = (request: ChatRequest): ApiError | undefined => {
  if (request.stream_options && !request.stream) {
    return invalidRequest("The 'stream_options' parameter is only allowed when 'stream' is enabled.", 'stream_options')
  }
  if (!isReasoningModel(request.model)) {
    if (request.reasoning_effort == null) return undefined
    return invalidRequest(
      'Unrecognized request argument supplied: reasoning_effort',
      'reasoning_effort',
      'unknown_parameter',
    )
  }
  if (request.max_tokens != null) {
    const text =
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
    return invalidRequest(text, 'max_tokens', 'unsupported_parameter')
  }
  if (request.temperature != null && request.temperature !== 1 && request.reasoning_effort !== 'none') {
    return invalidRequest(
      "Unsupported value: 'temperature' does not support this value with this model.",
      'temperature',
      'unsupported_value',
    )
  }
  return undefined
}

/**
 * Reads a request as strictly as the API does: what is missing, unknown or of the wrong type is refused.
 * @param models ids that this key may use
 */
export function readChatRequest(
  body: unknown,
  models: readonly string[],
): { request: ChatRequest } | { error: ApiError } {
  const parsed = chatRequest.safeParse(body)
  if (!parsed.success) return { error: toApiError(parsed.error) }
  if (!models.includes(parsed.data.model)) return { error: modelNotFound(parsed.data.model) }
  const error = findUnsupported(parsed.data) ?? findFlawOfTools(parsed.data)
  return error ? { error } : { request: parsed.data }
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
