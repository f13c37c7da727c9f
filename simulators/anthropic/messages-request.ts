import { z } from 'zod'
import type { Refusal, ScriptMessage } from '../llm-kit/index.ts'
import { invalidRequest, notFound } from './api-error.ts'
import { findModel, THOUGHTS_BY_EFFORT } from './models.ts'
import type { ClaudeModel } from './models.ts'

const cacheControl = z.looseObject({ type: z.literal('ephemeral') }).nullish()
const textBlock = z.strictObject({ type: z.literal('text'), text: z.string().min(1), cache_control: cacheControl })
const content = z.union([z.string().min(1), z.array(textBlock).min(1)])

/**
 * The parameters of `POST /v1/messages` that take part in a conversation.
 * Source: `@anthropic-ai/sdk` 1.11.0, `MessageCreateParamsBase`
 */
const messagesRequest = z.strictObject({
  model: z.string(),
  max_tokens: z.int().min(1),
  messages: z.array(z.strictObject({ role: z.enum(['user', 'assistant']), content })).min(1),
  system: content.optional(),
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
  tools: z.array(z.looseObject({ name: z.string() })).optional(),
  tool_choice: z.looseObject({ type: z.string() }).optional(),
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

const toText = (value: z.infer<typeof content>): string =>
  typeof value === 'string' ? value : value.map(({ text }) => text).join('')

/** The conversation as scripts see it. */
export const toScriptMessages = ({ system, messages }: MessagesRequest): ScriptMessage[] => [
  ...(system === undefined ? [] : [{ role: 'system', content: toText(system) }]),
  ...messages.map((message) => ({ role: message.role, content: toText(message.content) })),
]
