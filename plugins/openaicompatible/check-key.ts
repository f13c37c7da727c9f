import { isProviderError } from '../../src/provider-kit/index.ts'
import type {
  CheckKeyContext,
  KeyStatus,
  KeyVerdict,
  ProviderError,
  ProviderErrorKind,
} from '../../src/provider-kit/index.ts'
import { fetchModels } from './models.ts'
import type { ListedModel, ModelUse } from './models.ts'
import type { CompatibleCredentials } from './credentials.ts'

const NOTHING = { llm: false, tts: false, stt: false }

const STATUS_BY_KIND: Partial<Record<ProviderErrorKind, KeyStatus>> = {
  rejected: 'rejected',
  limited: 'limited',
  'out-of-credit': 'out-of-credit',
}

const toRefusal = (error: ProviderError): KeyVerdict => {
  const { kind, status: httpStatus, message, retryAfterMs } = error
  // Not every server has a list; that says nothing of what else it has.
  if (httpStatus === 404 || httpStatus === 405) {
    const advice =
      'The server answers, but has no list of models at this address. Does it end with the right path, /v1?'
    return { status: 'unverified', capabilities: {}, message: advice, metadata: {} }
  }
  const status = STATUS_BY_KIND[kind]
  if (status) return { status, capabilities: NOTHING, message, metadata: {} }
  return {
    status: 'unreachable',
    capabilities: {},
    message: `${message} The key itself was not judged.`,
    metadata: {},
    ...(retryAfterMs && { retryAfterMs }),
  }
}

const USES: readonly (readonly [ModelUse, string])[] = [
  ['llm', 'language'],
  ['tts', 'voice'],
  ['stt', 'transcription'],
]

const toVerdict = (models: readonly ListedModel[]): KeyVerdict => {
  const count = (use: ModelUse) => models.filter((model) => model.use === use).length
  const found = USES.flatMap(([use, word]) => (count(use) > 0 ? [`${count(use)} for ${word}`] : []))
  const list = found.length > 0 ? `: ${found.join(', ')}` : ''
  return {
    status: 'valid',
    capabilities: { llm: count('llm') > 0, tts: count('tts') > 0, stt: count('stt') > 0 },
    message: `The server answers and lists ${models.length} models${list}.`,
    metadata: {
      modelCount: models.length,
      languageModels: count('llm'),
      voiceModels: count('tts'),
      transcriptionModels: count('stt'),
    },
  }
}

/** Lists the server's models: what they are for says what the server can do. */
export async function checkKey({ signal, ...context }: CheckKeyContext<CompatibleCredentials>): Promise<KeyVerdict> {
  try {
    return toVerdict(await fetchModels(context, signal))
  } catch (error) {
    if (isProviderError(error)) return toRefusal(error)
    throw error
  }
}
