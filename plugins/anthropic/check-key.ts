import { isProviderError, readRetryAfter, requestJson } from '../../src/provider-kit/index.ts'
import type {
  CheckKeyContext,
  KeyStatus,
  KeyVerdict,
  ProviderError,
  ProviderErrorKind,
} from '../../src/provider-kit/index.ts'
import { toAnthropicError } from './errors.ts'
import { DEFAULT_MODEL } from './llm.ts'
import type { AnthropicCredentials } from './credentials.ts'

const KEYS_URL = 'https://platform.claude.com/settings/keys'
const BILLING_URL = 'https://platform.claude.com/settings/billing'

/** Kinds of keys that can never call a model, by how they begin; they are not sent anywhere. */
const UNUSABLE: readonly (readonly [string, string])[] = [
  ['sk-ant-admin', 'an admin key (sk-ant-admin…): it manages an organization and cannot call models'],
  ['sk-ant-oat', 'a subscription token (sk-ant-oat…), which is no API key'],
]

const refuse = (status: KeyStatus, message: string, fixUrl: string): KeyVerdict => ({
  status,
  capabilities: { llm: false },
  message,
  fixUrl,
  metadata: {},
})

const STATUS_BY_KIND: Partial<Record<ProviderErrorKind, KeyStatus>> = {
  rejected: 'rejected',
  limited: 'limited',
  'out-of-credit': 'out-of-credit',
}

const ADVICE_BY_STATUS: Partial<Record<KeyStatus, string>> = {
  rejected: 'Check that it was copied whole and was not revoked, or create a new one.',
  limited: 'The key is good, but its workspace may not do this: check its permissions in the Claude Console.',
  'out-of-credit': 'The key is good. Add credit or raise the limit in the billing settings.',
}

const toRefusal = (error: ProviderError): KeyVerdict => {
  const status = STATUS_BY_KIND[error.kind]
  if (status) {
    const message = `${error.message} ${ADVICE_BY_STATUS[status]}`
    return refuse(status, message, status === 'out-of-credit' ? BILLING_URL : KEYS_URL)
  }
  const message = `${error.message} The key itself was not judged; try again later.`
  const { retryAfterMs } = error
  return { status: 'unreachable', capabilities: {}, message, metadata: {}, ...(retryAfterMs && { retryAfterMs }) }
}

/** The models that still answer; undefined where the body is not a list. */
const readModels = (json: unknown): string[] | undefined => {
  const data = typeof json === 'object' && json !== null ? (json as { data?: unknown }).data : undefined
  if (!Array.isArray(data)) return undefined
  return data.flatMap((model: { id?: unknown; lifecycle?: unknown } | null) =>
    typeof model?.id === 'string' && model.lifecycle !== 'retired' ? [model.id] : [],
  )
}

/** A model is listed by its own id or by one that ends with its date. */
const isListed = (models: readonly string[], id: string): boolean =>
  models.some((model) => model.replace(/-\d{8}$/, '') === id)

/**
 * Lists the models that the key may use: free, and refused without a good key. A 404 is what a disabled key was seen to
 * get here, where the path is known to exist.
 * Source: https://platform.claude.com/docs/en/api/models/list; the 404: trufflehog's Anthropic detector
 */
export async function checkKey({
  credentials,
  origins,
  signal,
}: CheckKeyContext<AnthropicCredentials>): Promise<KeyVerdict> {
  const unusable = UNUSABLE.find(([prefix]) => credentials.apiKey.startsWith(prefix))
  if (unusable) {
    return refuse('rejected', `This is ${unusable[1]}. Create an API key in the Claude Console.`, KEYS_URL)
  }
  try {
    const { status, json, headers } = await requestJson({
      provider: 'anthropic',
      url: `${origins.api}/v1/models?limit=1000`,
      headers: { 'x-api-key': credentials.apiKey, 'anthropic-version': '2023-06-01' },
      signal,
    })
    if (status !== 200) {
      const retryAfterMs = readRetryAfter(headers)
      const error = toAnthropicError({ status, body: json, requestId: headers['request-id'], retryAfterMs })
      if (status !== 404 || error.providerCode !== 'not_found_error') return toRefusal(error)
      const message = 'Anthropic does not know this key: it was disabled, or its workspace was archived.'
      return refuse('rejected', message, KEYS_URL)
    }
    const models = readModels(json)
    if (!models) return toRefusal(toAnthropicError({ status, body: undefined }))
    const hasDefault = isListed(models, DEFAULT_MODEL)
    return {
      status: 'valid',
      capabilities: { llm: true },
      message: hasDefault
        ? `The key works: ${models.length} models are open to it.`
        : `The key works, but ${DEFAULT_MODEL}, the default model, is not among its ${models.length} models: choose another one per agent.`,
      metadata: { modelCount: models.length, hasDefaultModel: hasDefault },
    }
  } catch (error) {
    if (isProviderError(error)) return toRefusal(error)
    throw error
  }
}
