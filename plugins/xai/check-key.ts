import { isProviderError, readRetryAfter, requestJson } from '../../src/provider-kit/index.ts'
import type {
  CheckKeyContext,
  JsonResponse,
  KeyStatus,
  KeyVerdict,
  ProviderError,
  ProviderErrorKind,
} from '../../src/provider-kit/index.ts'
import { toXaiError } from './errors.ts'
import { DEFAULT_MODEL } from './llm.ts'
import type { XaiCredentials } from './credentials.ts'

const CONSOLE_URL = 'https://console.x.ai'

const asRecord = (value: unknown): Record<string, unknown> | undefined =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined

const refuse = (status: KeyStatus, message: string): KeyVerdict => ({
  status,
  capabilities: { llm: false, tts: false, stt: false },
  message,
  fixUrl: CONSOLE_URL,
  metadata: {},
})

const STATUS_BY_KIND: Partial<Record<ProviderErrorKind, KeyStatus>> = {
  rejected: 'rejected',
  limited: 'limited',
  'out-of-credit': 'out-of-credit',
}

const MESSAGE_BY_STATUS: Partial<Record<KeyStatus, string>> = {
  rejected: 'xAI rejected this key. Check that it was copied whole and was not revoked, or create a new one.',
  limited: 'The key is good, but xAI does not let it do this. Give it the chat endpoint and models in the console.',
  'out-of-credit':
    'The key is good, but its xAI team has no credits left or reached its spending limit. Buy credits or raise the limit in the console.',
}

const toRefusal = (error: ProviderError): KeyVerdict => {
  const status = STATUS_BY_KIND[error.kind]
  const isBlocked = error.providerCode === 'team-blocked' || error.providerCode === 'key-blocked'
  if (status) return refuse(status, isBlocked ? error.message : (MESSAGE_BY_STATUS[status] ?? error.message))
  const message = `${error.message} The key itself was not judged; try again later.`
  const { retryAfterMs } = error
  return { status: 'unreachable', capabilities: {}, message, metadata: {}, ...(retryAfterMs && { retryAfterMs }) }
}

const toError = ({ status, json, headers }: JsonResponse): ProviderError =>
  toXaiError({ status, body: json, requestId: headers['x-request-id'], retryAfterMs: readRetryAfter(headers) })

/** What `GET /v1/api-key` says against a key with status 200; undefined where it says nothing. */
const findFlaw = (info: Record<string, unknown>): KeyVerdict | undefined => {
  if (info.team_blocked === true) return refuse('rejected', 'xAI blocked the team that this key belongs to.')
  if (info.api_key_blocked === true) return refuse('rejected', 'xAI blocked this key. Create a new one in the console.')
  if (info.api_key_disabled === true) return refuse('rejected', 'This key is disabled. Enable it in the xAI console.')
  const acls = Array.isArray(info.acls) ? info.acls : []
  const has = (kind: string) => acls.some((acl) => typeof acl === 'string' && acl.startsWith(`api-key:${kind}:`))
  if (has('endpoint') && has('model')) return undefined
  const missing = has('endpoint') ? 'no model' : 'no endpoint'
  return refuse('limited', `The key is good, but ${missing} is open to it. Open the chat endpoint and models to it.`)
}

/** The models open to the key; null where they could not be read, which says nothing against it. */
const toModels = (answer: JsonResponse): string[] | null | KeyVerdict => {
  if (answer.status !== 200) {
    const error = toError(answer)
    return error.kind === 'out-of-credit' || error.kind === 'rejected' ? toRefusal(error) : null
  }
  const data = asRecord(answer.json)?.data
  if (!Array.isArray(data)) return null
  return data.flatMap((model: { id?: unknown } | null) => (typeof model?.id === 'string' ? [model.id] : []))
}

const toVerdict = (models: string[] | null, info: Record<string, unknown>): KeyVerdict => {
  const hasDefault = models?.includes(DEFAULT_MODEL) ?? null
  const acls = Array.isArray(info.acls) ? info.acls : []
  const metadata = {
    modelCount: models?.length ?? null,
    hasDefaultModel: hasDefault,
    hasAllModels: acls.includes('api-key:model:*'),
  }
  // What an access list calls the endpoints of speech is not documented; its own words are looked for.
  const opens = (name: RegExp): boolean =>
    acls.some((acl) => {
      const endpoint = typeof acl === 'string' ? /^api-key:endpoint:(.+)$/.exec(acl)?.[1] : undefined
      return endpoint !== undefined && (endpoint === '*' || name.test(endpoint))
    })
  const count = models ? `${models.length} models are open to it.` : 'Its models could not be listed just now.'
  const message =
    hasDefault === false
      ? `The key works, but ${DEFAULT_MODEL}, the default model, is not among its ${metadata.modelCount} models: choose another one per agent.`
      : `The key works: ${count}`
  return {
    status: 'valid',
    capabilities: { llm: true, tts: opens(/tts|speech|audio|voice/), stt: opens(/stt|transcri|audio|voice/) },
    message,
    metadata,
  }
}

/**
 * Reads what xAI says of the key, then its models: both free. A 200 is not yet a good key: the three flags and the
 * access list in it decide. The redacted key, names and ids in the answer are dropped.
 * Source: https://docs.x.ai/developers/rest-api-reference/inference/other (`GET /v1/api-key`, `GET /v1/models`)
 */
export async function checkKey({ credentials, origins, signal }: CheckKeyContext<XaiCredentials>): Promise<KeyVerdict> {
  const get = (path: string) =>
    requestJson({
      provider: 'xai',
      url: `${origins.api}${path}`,
      headers: { Authorization: `Bearer ${credentials.apiKey}` },
      signal,
    })
  try {
    const key = await get('/v1/api-key')
    if (key.status !== 200) return toRefusal(toError(key))
    const info = asRecord(key.json)
    if (typeof info?.api_key_blocked !== 'boolean') return toRefusal(toXaiError({ status: 200, body: undefined }))
    const flaw = findFlaw(info)
    if (flaw) return flaw
    const models = await get('/v1/models').then(toModels, (error: unknown) => {
      if (isProviderError(error)) return null
      throw error
    })
    return models === null || Array.isArray(models) ? toVerdict(models, info) : models
  } catch (error) {
    if (isProviderError(error)) return toRefusal(error)
    throw error
  }
}
