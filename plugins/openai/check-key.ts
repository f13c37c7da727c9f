import { isProviderError, readRetryAfter, requestJson } from '../../src/provider-kit/index.ts'
import type {
  CheckKeyContext,
  KeyStatus,
  KeyVerdict,
  ProviderError,
  ProviderErrorKind,
} from '../../src/provider-kit/index.ts'
import { toOpenAiError } from './errors.ts'
import { isChatModel, readModels } from './list-models.ts'
import { DEFAULT_MODEL } from './llm.ts'
import type { OpenAiCredentials } from './credentials.ts'

const KEYS_URL = 'https://platform.openai.com/api-keys'
const BILLING_URL = 'https://platform.openai.com/settings/organization/billing/overview'

const ADMIN_KEY: KeyVerdict = {
  status: 'rejected',
  capabilities: { llm: false, tts: false, stt: false },
  message:
    'This is an admin key (sk-admin-…): it manages an organization and cannot call models. Create a project API key and enter that.',
  fixUrl: KEYS_URL,
  metadata: {},
}

const STATUS_BY_KIND: Partial<Record<ProviderErrorKind, KeyStatus>> = {
  rejected: 'rejected',
  limited: 'limited',
  'out-of-credit': 'out-of-credit',
}

const MESSAGE_BY_STATUS: Partial<Record<KeyStatus, string>> = {
  rejected: 'OpenAI rejected this key. Check that it was copied whole and was not revoked, or create a new one.',
  'out-of-credit': 'The key is good, but its OpenAI account has no credit left. Add credit in the billing settings.',
}

const FIX_URL_BY_STATUS: Partial<Record<KeyStatus, string>> = { rejected: KEYS_URL, 'out-of-credit': BILLING_URL }

const toVerdict = (error: ProviderError): KeyVerdict => {
  const status = STATUS_BY_KIND[error.kind] ?? 'unreachable'
  if (status === 'limited') return toLimitedVerdict(error)
  return {
    status,
    capabilities: status === 'unreachable' ? {} : { llm: false, tts: false, stt: false },
    message: MESSAGE_BY_STATUS[status] ?? `${error.message} The key itself was not judged; try again later.`,
    fixUrl: FIX_URL_BY_STATUS[status],
    metadata: {},
    ...(status === 'unreachable' && error.retryAfterMs && { retryAfterMs: error.retryAfterMs }),
  }
}

/** A restricted key may call models without being allowed to list them, which is what the check does. */
const toLimitedVerdict = ({ providerCode, message }: ProviderError): KeyVerdict => {
  const isPlace = providerCode === 'unsupported_country_region_territory'
  const advice =
    'The key is good but restricted: it may not list models. Calls work if it has the permission for model capabilities.'
  return {
    status: 'limited',
    capabilities: { llm: !isPlace, tts: !isPlace, stt: !isPlace },
    message: isPlace ? message : advice,
    fixUrl: isPlace ? undefined : KEYS_URL,
    metadata: {},
  }
}

/** What the models of a key can do. Source: https://developers.openai.com/api/docs/models */
const capabilitiesOf = (ids: readonly string[]) => ({
  llm: ids.some(isChatModel),
  tts: ids.some((id) => /(^|-)tts\b/.test(id)),
  stt: ids.some((id) => /transcribe|whisper/.test(id)),
})

/**
 * Lists the models that the key may use: free, and refused without a good key.
 * Source: https://developers.openai.com/api/reference/resources/models/methods/list
 */
export async function checkKey({
  credentials,
  origins,
  signal,
}: CheckKeyContext<OpenAiCredentials>): Promise<KeyVerdict> {
  if (credentials.apiKey.startsWith('sk-admin-')) return ADMIN_KEY
  try {
    const { status, json, headers } = await requestJson({
      provider: 'openai',
      url: `${origins.api}/v1/models`,
      headers: { Authorization: `Bearer ${credentials.apiKey}` },
      signal,
    })
    if (status !== 200) {
      const retryAfterMs = readRetryAfter(headers)
      return toVerdict(toOpenAiError({ status, body: json, requestId: headers['x-request-id'], retryAfterMs }))
    }
    const models = readModels(json)
    if (!models) return toVerdict(toOpenAiError({ status, body: undefined }))
    const ids = models.map(({ id }) => id)
    const hasDefault = ids.includes(DEFAULT_MODEL)
    return {
      status: 'valid',
      capabilities: capabilitiesOf(ids),
      message: hasDefault
        ? `The key works: ${models.length} models are open to it.`
        : `The key works, but ${DEFAULT_MODEL}, the default model, is not among its ${models.length} models: choose another one per agent.`,
      metadata: { modelCount: models.length, hasDefaultModel: hasDefault },
    }
  } catch (error) {
    if (isProviderError(error)) return toVerdict(error)
    throw error
  }
}
