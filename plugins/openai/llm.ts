import { createOpenAI } from '@ai-sdk/openai'
import { createAiSdkLlm, fetchWithoutRedirect } from '../../src/provider-kit/ai-sdk-llm.ts'
import { explicitKey } from '../../src/provider-kit/index.ts'
import type { LlmCapability } from '../../src/provider-kit/index.ts'
import { toOpenAiError } from './errors.ts'
import { listModels } from './list-models.ts'
import type { OpenAiCredentials } from './credentials.ts'

/** Not a reasoning model: on a call every second before the first word is heard as silence. */
export const DEFAULT_MODEL = 'gpt-4.1-mini'

/**
 * The least effort of models that would otherwise think for seconds before they speak. Only models are named that are
 * known to take the value; any other keeps OpenAI's default.
 * Source: capability table of `@ai-sdk/openai` 3.0.141, https://developers.openai.com/api/docs/guides/reasoning
 */
const leastEffort = (model: string): 'minimal' | 'none' | undefined => {
  if (/^gpt-5(-mini|-nano)?(-\d{4}-\d{2}-\d{2})?$/.test(model)) return 'minimal'
  if (/^gpt-5\.[12](-\d{4}-\d{2}-\d{2})?$/.test(model)) return 'none'
  return ['gpt-6-sol', 'gpt-6-luna', 'gpt-6.1-terra'].includes(model) ? 'none' : undefined
}

/**
 * OpenAI's models over chat completions (`POST /v1/chat/completions`, server-sent events).
 * `temperature` is left out for reasoning models, which refuse it.
 * Source: https://github.com/openai/openai-openapi (openapi.yaml, `createChatCompletion`)
 */
export const llm: LlmCapability<OpenAiCredentials> = {
  defaultModel: DEFAULT_MODEL,
  models: [
    { id: DEFAULT_MODEL, name: 'GPT-4.1 mini', description: 'Fast and cheap; the best fit for most calls.' },
    { id: 'gpt-4.1-nano', name: 'GPT-4.1 nano', description: 'The fastest, for short and simple answers.' },
    { id: 'gpt-4.1', name: 'GPT-4.1', description: 'Follows long prompts more closely, answers more slowly.' },
    { id: 'gpt-4o-mini', name: 'GPT-4o mini' },
    { id: 'gpt-4o', name: 'GPT-4o' },
    { id: 'gpt-5-mini', name: 'GPT-5 mini', description: 'Reasons first; used here with the least effort.' },
    { id: 'gpt-5.1', name: 'GPT-5.1', description: 'Used here without reasoning.' },
  ],
  listModels,
  create({ credentials, origins }, options) {
    const model = options.model ?? DEFAULT_MODEL
    const openai = createOpenAI({
      apiKey: explicitKey({ provider: 'openai', key: credentials.apiKey }),
      baseURL: `${origins.api}/v1`,
      fetch: fetchWithoutRedirect,
    })
    const reasoningEffort = leastEffort(model)
    return createAiSdkLlm({
      provider: 'openai',
      providerName: 'OpenAI',
      model: openai.chat(model),
      options,
      mapError: toOpenAiError,
      providerOptions: reasoningEffort && { openai: { reasoningEffort } },
    })
  },
}
