import { readRetryAfter, requestJson } from '../../src/provider-kit/index.ts'
import type { ListContext, ModelInfo } from '../../src/provider-kit/index.ts'
import { toAnthropicError } from './errors.ts'
import type { AnthropicCredentials } from './credentials.ts'

const MAX_MODELS = 500

type ListedModel = { id?: unknown; display_name?: unknown; lifecycle?: unknown } | null

const toModelInfo = (model: ListedModel): ModelInfo[] => {
  if (typeof model?.id !== 'string' || model.lifecycle === 'retired') return []
  return [{ id: model.id, name: typeof model.display_name === 'string' ? model.display_name : model.id }]
}

/**
 * The models that this key may use, newest first, as Anthropic orders them.
 * Source: https://platform.claude.com/docs/en/api/models/list
 * @throws ProviderError
 */
export async function listModels(context: ListContext<AnthropicCredentials>): Promise<readonly ModelInfo[]> {
  const { credentials, origins, signal } = context
  const { status, json, headers } = await requestJson({
    provider: 'anthropic',
    url: `${origins.api}/v1/models?limit=${MAX_MODELS}`,
    headers: { 'x-api-key': credentials.apiKey, 'anthropic-version': '2023-06-01' },
    signal,
  })
  const data = typeof json === 'object' && json !== null ? (json as { data?: unknown }).data : undefined
  if (status !== 200 || !Array.isArray(data)) {
    const retryAfterMs = readRetryAfter(headers)
    throw toAnthropicError({ status, body: json, requestId: headers['request-id'], retryAfterMs })
  }
  return data.flatMap(toModelInfo).slice(0, MAX_MODELS)
}
