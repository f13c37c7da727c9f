import { readRetryAfter, requestJson } from '../../src/provider-kit/index.ts'
import type { ListContext, ModelInfo } from '../../src/provider-kit/index.ts'
import { toGoogleError } from './errors.ts'
import type { GoogleCredentials } from './credentials.ts'

const MAX_MODELS = 500

type ListedModel = {
  name?: unknown
  displayName?: unknown
  description?: unknown
  supportedGenerationMethods?: unknown
} | null

/** Google lists models of pictures, speech and robots among those that converse. Source: https://ai.google.dev/gemini-api/docs/models */
const OTHER_USES = /image|imagen|veo|tts|audio|live|embedding|robotics|computer-use|aqa/

const toModelInfo = (model: ListedModel): ModelInfo[] => {
  const methods = Array.isArray(model?.supportedGenerationMethods) ? model.supportedGenerationMethods : []
  if (typeof model?.name !== 'string' || !methods.includes('generateContent')) return []
  const id = model.name.replace(/^models\//, '')
  if (OTHER_USES.test(id)) return []
  return [
    {
      id,
      name: typeof model.displayName === 'string' ? model.displayName : id,
      ...(typeof model.description === 'string' && { description: model.description.slice(0, 300) }),
    },
  ]
}

/** Newer versions first: `gemini-3.8-flash` before `gemini-2.5-flash`. */
const newestFirst = (one: ModelInfo, other: ModelInfo): number =>
  other.id.localeCompare(one.id, 'en', { numeric: true })

/**
 * The conversational models that this key may use, by version.
 * Source: https://ai.google.dev/api/models#method:-models.list
 * @throws ProviderError
 */
export async function listModels(context: ListContext<GoogleCredentials>): Promise<readonly ModelInfo[]> {
  const { credentials, origins, signal } = context
  const { status, json, headers } = await requestJson({
    provider: 'google',
    url: `${origins.api}/v1beta/models?pageSize=1000`,
    headers: { 'x-goog-api-key': credentials.apiKey },
    signal,
  })
  const models = typeof json === 'object' && json !== null ? (json as { models?: unknown }).models : undefined
  if (status !== 200 || !Array.isArray(models)) {
    throw toGoogleError({ status, body: json, retryAfterMs: readRetryAfter(headers) })
  }
  return models.flatMap(toModelInfo).sort(newestFirst).slice(0, MAX_MODELS)
}
