import { createXai } from '@ai-sdk/xai'
import { createAiSdkLlm, fetchWithoutRedirect } from '../../src/provider-kit/ai-sdk-llm.ts'
import { explicitKey } from '../../src/provider-kit/index.ts'
import type { LlmCapability } from '../../src/provider-kit/index.ts'
import { toXaiError } from './errors.ts'
import { listModels } from './list-models.ts'
import type { XaiCredentials } from './credentials.ts'

/** Can be told not to reason at all: on a call every second before the first word is heard as silence. */
export const DEFAULT_MODEL = 'grok-4.3'

/** Tokens that a model which always reasons may think beside its answer, since xAI's limit counts both. */
export const ROOM_TO_THINK = 1024

/**
 * The least effort that a model takes; undefined where xAI refuses the parameter, or where the model is not known.
 * Sources: https://docs.x.ai/developers/model-capabilities/text/reasoning as the documentation of `@ai-sdk/xai` 3.0.138
 * repeats it (4.3, 4.5, 4.6); https://github.com/farion1231/cc-switch/issues/7584 (4.7)
 */
const leastEffort = (model: string): 'none' | 'low' | undefined => {
  if (/^grok-4\.3(-|$)/.test(model)) return 'none'
  return /^grok-4\.[567](-|$)/.test(model) ? 'low' : undefined
}

const alwaysReasons = (model: string): boolean =>
  leastEffort(model) === 'low' || /-reasoning$/.test(model.replace('non-reasoning', '')) || /^grok-build/.test(model)

/**
 * xAI's models over chat completions (`POST /v1/chat/completions`, server-sent events).
 * Source: https://docs.x.ai/developers/rest-api-reference/inference/chat
 */
export const llm: LlmCapability<XaiCredentials> = {
  defaultModel: DEFAULT_MODEL,
  models: [
    { id: DEFAULT_MODEL, name: 'Grok 4.3', description: 'Used here without reasoning; the best fit for most calls.' },
    { id: 'grok-4.20-0309-non-reasoning', name: 'Grok 4.20', description: 'Never reasons.' },
    { id: 'grok-4.5', name: 'Grok 4.5', description: 'Always reasons first; used here with the least effort.' },
    { id: 'grok-4.6', name: 'Grok 4.6', description: 'Always reasons first; used here with the least effort.' },
    { id: 'grok-4.7', name: 'Grok 4.7', description: 'Always reasons first; used here with the least effort.' },
  ],
  listModels,
  create({ credentials, origins }, options) {
    const model = options.model ?? DEFAULT_MODEL
    const xai = createXai({
      apiKey: explicitKey({ provider: 'xai', key: credentials.apiKey }),
      baseURL: `${origins.api}/v1`,
      fetch: fetchWithoutRedirect,
    })
    const reasoningEffort = leastEffort(model)
    const { maxTokens } = options
    const room = alwaysReasons(model) ? ROOM_TO_THINK : 0
    return createAiSdkLlm({
      provider: 'xai',
      providerName: 'xAI',
      model: xai.chat(model),
      options: { ...options, maxTokens: maxTokens === undefined ? undefined : maxTokens + room },
      mapError: toXaiError,
      providerOptions: reasoningEffort && { xai: { reasoningEffort } },
      warnings:
        maxTokens !== undefined && room > 0
          ? [`${model} always thinks before it speaks; ${room} tokens were added to the limit for its thoughts.`]
          : undefined,
    })
  },
}
