import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { createAiSdkLlm } from '../../src/provider-kit/ai-sdk-llm.ts'
import { fetchAbortably } from '../../src/provider-kit/fetch-abortably.ts'
import { explicitKey } from '../../src/provider-kit/index.ts'
import type { Llm, LlmCapability } from '../../src/provider-kit/index.ts'
import { PROVIDER, toCompatibleError } from './errors.ts'
import { createModelChoice, fetchModels, FIRST_MODEL } from './models.ts'
import type { CompatibleCredentials } from './credentials.ts'

/** Stands for the key of a server that wants none, and is never sent. */
const NO_KEY = 'none'

/**
 * A language model of any server with OpenAI's chat completions (`POST /chat/completions`, server-sent events).
 * Source: https://developers.openai.com/api/reference/resources/chat, as vLLM, llama.cpp, Ollama, LM Studio and LiteLLM
 * took it over
 */
export const llm: LlmCapability<CompatibleCredentials> = {
  defaultModel: FIRST_MODEL,
  models: [{ id: FIRST_MODEL, name: 'First model of the server', description: 'For servers that have one model.' }],
  async listModels({ signal, ...context }) {
    const models = await fetchModels(context, signal)
    return models.flatMap(({ use, id, name }) => (use === 'llm' ? [{ id, name }] : []))
  },
  create(context, options): Llm {
    const { credentials, origins, fetch = fetchAbortably } = context
    const chooseModel = createModelChoice(context, 'llm', options.model)
    const server = createOpenAICompatible({
      apiKey: explicitKey({ provider: PROVIDER, key: credentials.apiKey ?? NO_KEY }),
      name: PROVIDER,
      baseURL: origins.api ?? '',
      includeUsage: true,
      fetch: (input, init) => {
        const headers = new Headers(init?.headers)
        if (credentials.apiKey === undefined) headers.delete('authorization')
        return fetch(input, { ...init, headers, redirect: 'error' })
      },
    })
    return {
      async *stream(request) {
        if (request.signal.aborted) return
        const { signal } = request
        const chosen = await chooseModel(signal).catch((error: unknown) => {
          if (signal.aborted) return undefined
          throw error
        })
        if (chosen === undefined) return
        const model = server.chatModel(chosen)
        const llm = createAiSdkLlm({
          provider: PROVIDER,
          providerName: 'The server',
          model,
          options,
          mapError: toCompatibleError,
          // An id that a stranger made up is kept with the call, and may be the key.
          requestIdHeader: '',
        })
        yield* llm.stream(request)
      },
    }
  },
}
