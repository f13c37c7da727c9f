import { readRetryAfter, requestJson } from '../../src/provider-kit/index.ts'
import type { ListContext, ModelInfo } from '../../src/provider-kit/index.ts'
import { toXaiError } from './errors.ts'
import type { XaiCredentials } from './credentials.ts'

const MAX_MODELS = 500

type ListedModel = { id: string; created: number }

const readModels = (json: unknown): ListedModel[] | undefined => {
  const data = typeof json === 'object' && json !== null ? (json as { data?: unknown }).data : undefined
  if (!Array.isArray(data)) return undefined
  return data.flatMap((model: { id?: unknown; created?: unknown } | null) =>
    typeof model?.id === 'string'
      ? [{ id: model.id, created: typeof model.created === 'number' ? model.created : 0 }]
      : [],
  )
}

/** xAI lists its models for images, videos and voices among those that write. Source: https://docs.x.ai/developers/models */
const isLanguageModel = (id: string): boolean => !/image|imagine|video|voice|tts|stt|embedding/.test(id)

/**
 * The language models that this key may use, newest first.
 * Source: https://docs.x.ai/developers/rest-api-reference/inference/models (`GET /v1/models`)
 * @throws ProviderError
 */
export async function listModels(context: ListContext<XaiCredentials>): Promise<readonly ModelInfo[]> {
  const { credentials, origins, signal } = context
  const { status, json, headers } = await requestJson({
    provider: 'xai',
    url: `${origins.api}/v1/models`,
    headers: { Authorization: `Bearer ${credentials.apiKey}` },
    signal,
  })
  const models = status === 200 ? readModels(json) : undefined
  if (!models) {
    const retryAfterMs = readRetryAfter(headers)
    throw toXaiError({ status, body: json, requestId: headers['x-request-id'], retryAfterMs })
  }
  return models
    .filter(({ id }) => isLanguageModel(id))
    .sort((one, other) => other.created - one.created)
    .slice(0, MAX_MODELS)
    .map(({ id }) => ({ id, name: id }))
}
