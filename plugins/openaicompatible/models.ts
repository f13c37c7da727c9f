import { readRetryAfter, requestJson } from '../../src/provider-kit/index.ts'
import type { ModelInfo, ProviderContext } from '../../src/provider-kit/index.ts'
import { PROVIDER, toCompatibleError } from './errors.ts'
import type { CompatibleCredentials } from './credentials.ts'

/** Stands for the first model that the server lists for a use: most servers of this kind have one. */
export const FIRST_MODEL = 'auto'

export type ModelUse = 'llm' | 'tts' | 'stt' | 'other'
export type ListedModel = ModelInfo & { use: ModelUse }

const MAX_MODELS = 500

/** What some servers tell beside a model's name. Source: https://github.com/speaches-ai/speaches (`task` of `/v1/models`) */
const USE_BY_TASK: Readonly<Record<string, ModelUse>> = {
  'automatic-speech-recognition': 'stt',
  'text-to-speech': 'tts',
  'text-generation': 'llm',
}

/** The others leave it to the name. */
const useOfName = (id: string): ModelUse => {
  const name = id.toLowerCase()
  if (/whisper|transcri|parakeet|canary|moonshine|(^|[^a-z])(stt|asr)([^a-z]|$)/.test(name)) return 'stt'
  if (/(^|[^a-z])x?tts([^a-z]|$)|kokoro|piper|orpheus|chatterbox|speecht5|(^|[^a-z])bark([^a-z]|$)/.test(name))
    return 'tts'
  return /embed|rerank|(^|[^a-z])(vad|clip|bge|e5)([^a-z]|$)|diffusion|flux/.test(name) ? 'other' : 'llm'
}

/** The models in an answer; undefined where it is no list. */
export const readModels = (json: unknown): ListedModel[] | undefined => {
  const data = typeof json === 'object' && json !== null ? (json as { data?: unknown }).data : undefined
  if (!Array.isArray(data)) return undefined
  return data
    .flatMap((model: { id?: unknown; task?: unknown } | null) => {
      if (typeof model?.id !== 'string' || model.id === '' || model.id.length > 200) return []
      const told = typeof model.task === 'string' ? USE_BY_TASK[model.task] : undefined
      return [{ id: model.id, name: model.id, use: told ?? useOfName(model.id) }]
    })
    .slice(0, MAX_MODELS)
}

export const authorization = ({ apiKey }: CompatibleCredentials): Record<string, string> =>
  apiKey ? { authorization: `Bearer ${apiKey}` } : {}

/**
 * Asks the server for its models.
 * Source: https://developers.openai.com/api/reference/resources/models/methods/list, as servers took it over
 * @throws ProviderError
 */
export async function fetchModels(
  { credentials, origins, fetch }: ProviderContext<CompatibleCredentials>,
  signal?: AbortSignal,
): Promise<ListedModel[]> {
  const { status, json, headers } = await requestJson({
    provider: PROVIDER,
    url: `${origins.api}/models`,
    headers: authorization(credentials),
    signal,
    fetch,
  })
  const models = status === 200 ? readModels(json) : undefined
  if (models) return models
  throw toCompatibleError({ status, body: json, retryAfterMs: readRetryAfter(headers) })
}

/** A choice of a model that is made once, when it is first needed. */
export function createModelChoice(context: ProviderContext<CompatibleCredentials>, use: ModelUse, wished?: string) {
  let choice: Promise<string> | undefined
  const choose = async (signal: AbortSignal) => {
    const model = (await fetchModels(context, signal)).find((candidate) => candidate.use === use)
    if (model) return model.id
    throw toCompatibleError({ status: 404, body: undefined })
  }
  return async (signal: AbortSignal): Promise<string> => {
    if (wished && wished !== FIRST_MODEL) return wished
    while (choice) {
      const found = await choice.catch(() => undefined)
      if (found !== undefined) return found
      // Whoever looked may only have lost interest, an utterance that was cancelled, say.
      signal.throwIfAborted()
    }
    // A failed look is not kept: the server may be up in a moment.
    choice = choose(signal).catch((error: unknown) => {
      choice = undefined
      throw error
    })
    return choice
  }
}
