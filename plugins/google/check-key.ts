import { isProviderError, readRetryAfter, requestJson } from '../../src/provider-kit/index.ts'
import type {
  CheckKeyContext,
  JsonResponse,
  KeyStatus,
  KeyVerdict,
  ProviderError,
  ProviderErrorKind,
} from '../../src/provider-kit/index.ts'
import { toGoogleError } from './errors.ts'
import { DEFAULT_MODEL } from './llm.ts'
import type { GoogleCredentials } from './credentials.ts'

const KEYS_URL = 'https://aistudio.google.com/apikey'
const BILLING_URL = 'https://aistudio.google.com/usage'

/** Google's own name for keys that start with `AIza`; it is switching them off. */
const isStandardKey = (apiKey: string): boolean => apiKey.startsWith('AIza')
const MAKE_AUTH_KEY = 'Google is switching off keys that start with AIza: create a new one, which starts with AQ.'

const STATUS_BY_KIND: Partial<Record<ProviderErrorKind, KeyStatus>> = {
  rejected: 'rejected',
  limited: 'limited',
  'out-of-credit': 'out-of-credit',
}

const ADVICE_BY_STATUS: Partial<Record<KeyStatus, string>> = {
  rejected: 'Check that it was copied whole, or create a new one.',
  limited: 'The key is good: mend its restrictions or its project in Google AI Studio.',
  'out-of-credit': 'The key is good. Add credit or raise the spend cap in Google AI Studio.',
}

const toRefusal = (error: ProviderError, apiKey: string): KeyVerdict => {
  const status = STATUS_BY_KIND[error.kind]
  if (status) {
    const isEnded = status === 'rejected' && isStandardKey(apiKey)
    const message = `${error.message} ${isEnded ? MAKE_AUTH_KEY : ADVICE_BY_STATUS[status]}`
    const fixUrl = status === 'out-of-credit' ? BILLING_URL : KEYS_URL
    return { status, capabilities: { llm: false }, message, fixUrl, metadata: {} }
  }
  const message = `${error.message} The key itself was not judged; try again later.`
  const { retryAfterMs } = error
  return { status: 'unreachable', capabilities: {}, message, metadata: {}, ...(retryAfterMs && { retryAfterMs }) }
}

const toError = ({ status, json, headers }: JsonResponse): ProviderError =>
  toGoogleError({ status, body: json, retryAfterMs: readRetryAfter(headers) })

/** Ids of the models that can converse; undefined where the body is not a list. */
const readModels = (json: unknown): string[] | undefined => {
  const models = typeof json === 'object' && json !== null ? (json as { models?: unknown }).models : undefined
  if (!Array.isArray(models)) return undefined
  return models.flatMap((model: { name?: unknown; supportedGenerationMethods?: unknown } | null) => {
    const methods = Array.isArray(model?.supportedGenerationMethods) ? model.supportedGenerationMethods : []
    const isFit = typeof model?.name === 'string' && methods.includes('generateContent')
    return isFit ? [(model.name as string).replace(/^models\//, '')] : []
  })
}

/** What one generated token said of the key: true, false with the reason, or null where it said nothing. */
type Trial = { canGenerate: true | null } | { canGenerate: false; error: ProviderError }

const toTrial = (answer: JsonResponse): Trial => {
  if (answer.status === 200) return { canGenerate: true }
  const error = toError(answer)
  return STATUS_BY_KIND[error.kind] ? { canGenerate: false, error } : { canGenerate: null }
}

const toVerdict = ({ models, trial, apiKey }: { models: string[]; trial: Trial; apiKey: string }): KeyVerdict => {
  const hasDefault = models.includes(DEFAULT_MODEL)
  const metadata = {
    modelCount: models.length,
    hasDefaultModel: hasDefault,
    keyType: isStandardKey(apiKey) ? 'standard' : 'auth',
  }
  if (trial.canGenerate === false) {
    const refusal = toRefusal(trial.error, apiKey)
    if (refusal.status === 'out-of-credit') return { ...refusal, metadata }
    // Listed with success, so the key is not wrong, whatever the refusal says.
    const advice = isStandardKey(apiKey) ? MAKE_AUTH_KEY : 'Create a new key in Google AI Studio, or check its project.'
    const message = `The key lists models, but Google refuses to let it generate. ${advice}`
    return { ...refusal, status: 'limited', message, metadata }
  }
  const works = hasDefault
    ? `The key works: ${models.length} models are open to it.`
    : `The key works, but ${DEFAULT_MODEL}, the default model, is not among its ${models.length} models: choose another one per agent.`
  const untried = trial.canGenerate === null ? ' Whether it may generate could not be tried just now.' : ''
  const ending = isStandardKey(apiKey) ? ` ${MAKE_AUTH_KEY}` : ''
  return { status: 'valid', capabilities: { llm: true }, message: `${works}${untried}${ending}`, metadata }
}

/**
 * Lists the models, then generates one token: keys were seen that may do the first and not the second, and an account
 * without credit shows only there. One token of the cheapest model costs less than a thousandth of a cent.
 * Sources: https://ai.google.dev/api/models#method:-models.list; https://discuss.ai.google.dev/t/170005,
 * https://github.com/google-gemini/gemini-cli/issues/28538 (listing passes, generation does not)
 */
export async function checkKey({
  credentials,
  origins,
  signal,
}: CheckKeyContext<GoogleCredentials>): Promise<KeyVerdict> {
  const { apiKey } = credentials
  const request = (path: string, body?: unknown) =>
    requestJson({
      provider: 'google',
      url: `${origins.api}/v1beta/${path}`,
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'x-goog-api-key': apiKey },
      body,
      signal,
    })
  const tryModel = async (models: readonly string[]): Promise<Trial> => {
    const model = models.includes(DEFAULT_MODEL) ? DEFAULT_MODEL : models.find((id) => /^gemini-[\w.-]*flash/.test(id))
    if (!model) return { canGenerate: null }
    const contents = [{ role: 'user', parts: [{ text: 'Hi' }] }]
    try {
      const body = { contents, generationConfig: { maxOutputTokens: 1 } }
      return toTrial(await request(`models/${encodeURIComponent(model)}:generateContent`, body))
    } catch (error) {
      if (isProviderError(error)) return { canGenerate: null }
      throw error
    }
  }
  try {
    const list = await request('models?pageSize=1000')
    if (list.status !== 200) return toRefusal(toError(list), apiKey)
    const models = readModels(list.json)
    if (!models) return toRefusal(toGoogleError({ status: 200, body: undefined }), apiKey)
    return toVerdict({ models, trial: await tryModel(models), apiKey })
  } catch (error) {
    if (isProviderError(error)) return toRefusal(error, apiKey)
    throw error
  }
}
