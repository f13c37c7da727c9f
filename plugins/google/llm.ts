import { createGoogleGenerativeAI } from '@ai-sdk/google'
import { createAiSdkLlm, fetchWithoutRedirect } from '../../src/provider-kit/ai-sdk-llm.ts'
import { explicitKey, ProviderError } from '../../src/provider-kit/index.ts'
import type { Llm, LlmCapability, LlmMessage, LlmOptions } from '../../src/provider-kit/index.ts'
import { toGoogleError } from './errors.ts'
import { listModels } from './list-models.ts'
import { traitsOf } from './model-traits.ts'
import type { GoogleCredentials } from './credentials.ts'

/** The fastest of the current models; it hardly thinks before it speaks. */
export const DEFAULT_MODEL = 'gemini-3.5-flash-lite'

/** Tokens that a model which always thinks may think beside its answer, since Google's limit counts both. */
export const ROOM_TO_THINK = 1024

/** Stands before an agent's greeting, so that the first turn is the user's. */
const CALL_BEGINS: LlmMessage = { role: 'user', content: '(The caller has just been connected.)' }

const startWithUser = (llm: Llm): Llm => ({
  stream: (request) =>
    llm.stream(
      request.messages[0]?.role === 'assistant'
        ? { ...request, messages: [CALL_BEGINS, ...request.messages] }
        : request,
    ),
})

/** The id stands in the request's path: what could lead elsewhere is refused. */
const checkModelId = (model: string): string => {
  if (/^([a-z]+\/)?[\w-][\w.-]*$/i.test(model)) return model
  const message = 'This is not the id of a Gemini model.'
  throw new ProviderError({ provider: 'google', kind: 'invalid-request', message })
}

/** An agent's options as the model takes them, and what had to be changed. */
const fitOptions = (model: string, { temperature, maxTokens }: LlmOptions) => {
  const { alwaysThinks, takesTemperature } = traitsOf(model)
  const warnings: string[] = []
  const room = alwaysThinks ? ROOM_TO_THINK : 0
  if (temperature !== undefined && !takesTemperature) {
    warnings.push(`temperature is not supported by ${model} and was left out.`)
  }
  if (maxTokens !== undefined && room > 0) {
    warnings.push(`${model} always thinks before it speaks; ${room} tokens were added to the limit for its thoughts.`)
  }
  return {
    options: {
      temperature: takesTemperature ? temperature : undefined,
      maxTokens: maxTokens === undefined ? undefined : maxTokens + room,
    },
    warnings,
  }
}

/**
 * Google's Gemini models over the Gemini API (`POST /v1beta/models/{model}:streamGenerateContent?alt=sse`). The key goes
 * in the header `x-goog-api-key`, never into the address.
 * Source: https://ai.google.dev/api/generate-content
 */
export const llm: LlmCapability<GoogleCredentials> = {
  defaultModel: DEFAULT_MODEL,
  models: [
    {
      id: DEFAULT_MODEL,
      name: 'Gemini 3.5 Flash-Lite',
      description: 'The fastest; hardly thinks first, the best fit for most calls. Takes no temperature.',
    },
    {
      id: 'gemini-3.6-flash',
      name: 'Gemini 3.6 Flash',
      description: 'More capable; used here with the least thinking. Takes no temperature.',
    },
    {
      id: 'gemini-3.7-flash',
      name: 'Gemini 3.7 Flash',
      description: 'Always thinks first, used here with the least effort. Takes no temperature.',
    },
    {
      id: 'gemini-3.8-flash',
      name: 'Gemini 3.8 Flash',
      description:
        'The most capable Flash; always thinks first, used here with the least effort. Takes no temperature.',
    },
    { id: 'gemini-2.5-flash', name: 'Gemini 2.5 Flash', description: 'Older; does not think, takes a temperature.' },
  ],
  listModels,
  create({ credentials, origins }, options) {
    const model = checkModelId(options.model ?? DEFAULT_MODEL)
    const google = createGoogleGenerativeAI({
      apiKey: explicitKey({ provider: 'google', key: credentials.apiKey }),
      baseURL: `${origins.api}/v1beta`,
      fetch: fetchWithoutRedirect,
    })
    const { thinking } = traitsOf(model)
    return startWithUser(
      createAiSdkLlm({
        provider: 'google',
        providerName: 'Google',
        model: google(model),
        ...fitOptions(model, options),
        mapError: toGoogleError,
        providerOptions: thinking && { google: { thinkingConfig: thinking } },
      }),
    )
  },
}
