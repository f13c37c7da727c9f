import { createAnthropic } from '@ai-sdk/anthropic'
import { createAiSdkLlm, fetchWithoutRedirect } from '../../src/provider-kit/ai-sdk-llm.ts'
import { explicitKey } from '../../src/provider-kit/index.ts'
import type { Llm, LlmCapability, LlmMessage } from '../../src/provider-kit/index.ts'
import { toAnthropicError } from './errors.ts'
import { listModels } from './list-models.ts'
import { leastThinking } from './thinking.ts'
import type { AnthropicCredentials } from './credentials.ts'

/** The fastest of the current models; it can be told not to think before it speaks. */
export const DEFAULT_MODEL = 'claude-haiku-5-5'

/** Anthropic wants a limit for every answer. This one is far above what anybody says on the phone in one go. */
export const DEFAULT_LIMIT = 4096

/** Tokens that a model which always thinks may think beside its answer, since Anthropic's limit counts both. */
export const ROOM_TO_THINK = 1024

/** Stands before an agent's greeting, because Anthropic wants the first turn to be the user's. */
const CALL_BEGINS: LlmMessage = { role: 'user', content: '(The caller has just been connected.)' }

/** Source: https://platform.claude.com/docs/en/api/messages/create ("first message must use the user role") */
const startWithUser = (llm: Llm): Llm => ({
  stream: (request) =>
    llm.stream(
      request.messages[0]?.role === 'assistant'
        ? { ...request, messages: [CALL_BEGINS, ...request.messages] }
        : request,
    ),
})

/**
 * Anthropic's models over the Messages API (`POST /v1/messages`, server-sent events). Temperatures above 1 are lowered
 * to 1, and left out for models that refuse them; both is told as a warning.
 * Source: https://platform.claude.com/docs/en/api/messages/create
 */
export const llm: LlmCapability<AnthropicCredentials> = {
  defaultModel: DEFAULT_MODEL,
  models: [
    {
      id: DEFAULT_MODEL,
      name: 'Claude Haiku 5.5',
      description: 'Fast; used here without thinking, the best fit for most calls. Takes no temperature.',
    },
    { id: 'claude-haiku-4-5', name: 'Claude Haiku 4.5', description: 'Fast, does not think, takes a temperature.' },
    {
      id: 'claude-sonnet-5-5',
      name: 'Claude Sonnet 5.5',
      description: 'Follows long prompts more closely; used here with the least thinking. Takes no temperature.',
    },
    { id: 'claude-sonnet-4-6', name: 'Claude Sonnet 4.6', description: 'Does not think, takes a temperature.' },
    {
      id: 'claude-opus-5-5',
      name: 'Claude Opus 5.5',
      description: 'The most capable; always thinks first, used here with the least effort. Takes no temperature.',
    },
  ],
  listModels,
  create({ credentials, origins }, options) {
    const model = options.model ?? DEFAULT_MODEL
    const anthropic = createAnthropic({
      apiKey: explicitKey({ provider: 'anthropic', key: credentials.apiKey }),
      baseURL: `${origins.api}/v1`,
      fetch: fetchWithoutRedirect,
    })
    const { options: thinking, alwaysThinks } = leastThinking(model)
    const room = alwaysThinks ? ROOM_TO_THINK : 0
    const warning = `${model} always thinks before it speaks; ${room} tokens were added to the limit for its thoughts.`
    return startWithUser(
      createAiSdkLlm({
        provider: 'anthropic',
        providerName: 'Anthropic',
        model: anthropic(model),
        options: { ...options, maxTokens: (options.maxTokens ?? DEFAULT_LIMIT) + room },
        mapError: toAnthropicError,
        providerOptions: thinking && { anthropic: thinking },
        requestIdHeader: 'request-id',
        warnings: options.maxTokens !== undefined && alwaysThinks ? [warning] : undefined,
      }),
    )
  },
}
