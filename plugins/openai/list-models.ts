import { readRetryAfter, requestJson } from '../../src/provider-kit/index.ts'
import type { ListContext, ModelInfo } from '../../src/provider-kit/index.ts'
import { toOpenAiError } from './errors.ts'
import type { OpenAiCredentials } from './credentials.ts'

const MAX_MODELS = 500

/** One entry of `GET /v1/models`: OpenAI tells a model's name and birth, not what it does. */
export type ListedModel = { id: string; created: number }

/** The models in an answer; undefined where it is no list. */
export const readModels = (json: unknown): ListedModel[] | undefined => {
  const data = typeof json === 'object' && json !== null ? (json as { data?: unknown }).data : undefined
  if (!Array.isArray(data)) return undefined
  return data.flatMap((model: { id?: unknown; created?: unknown } | null) =>
    typeof model?.id === 'string'
      ? [{ id: model.id, created: typeof model.created === 'number' ? model.created : 0 }]
      : [],
  )
}

/** Names that are not models of text, or that chat completions refuse. Source: https://developers.openai.com/api/docs/models */
const OTHER_USES =
  /audio|realtime|transcribe|diarize|tts|whisper|image|search|instruct|codex|embedding|moderation|deep-research|computer-use|-pro\b/

/** Whether an id is that of a model that chat completions take. */
export const isChatModel = (id: string): boolean =>
  /^(ft:)?(gpt-|chatgpt-|o\d)/.test(id) && !OTHER_USES.test(id.replace(/^(ft:[^:]*):.*$/, '$1'))

/**
 * The chat models that this key may use, newest first.
 * Source: https://developers.openai.com/api/reference/resources/models/methods/list
 * @throws ProviderError
 */
export async function listModels(context: ListContext<OpenAiCredentials>): Promise<readonly ModelInfo[]> {
  const { credentials, origins, signal } = context
  const { status, json, headers } = await requestJson({
    provider: 'openai',
    url: `${origins.api}/v1/models`,
    headers: { Authorization: `Bearer ${credentials.apiKey}` },
    signal,
  })
  const models = status === 200 ? readModels(json) : undefined
  if (!models) {
    const retryAfterMs = readRetryAfter(headers)
    throw toOpenAiError({ status, body: json, requestId: headers['x-request-id'], retryAfterMs })
  }
  return models
    .filter(({ id }) => isChatModel(id))
    .sort((one, other) => other.created - one.created)
    .slice(0, MAX_MODELS)
    .map(({ id }) => ({ id, name: id }))
}
