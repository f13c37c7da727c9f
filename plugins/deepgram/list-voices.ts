import { ProviderError, requestJson } from '../../src/provider-kit/index.ts'
import type { TtsCapability, VoiceInfo } from '../../src/provider-kit/index.ts'
import type { DeepgramCredentials } from './credentials.ts'
import { toDeepgramError } from './errors.ts'
import { isObject, stringOf } from './shape.ts'

const MAX_VOICES = 500
const MAX_LENGTH = 200

/**
 * The voices of Aura, Aura-2 first. What comes is Deepgram's catalogue, the same for every key.
 * Source: deepgram-api-specs openapi.yml, `GET /v1/models` (ListModelsV1ResponseTtsModels)
 */
export const listVoices: NonNullable<TtsCapability<DeepgramCredentials>['listVoices']> = async (context) => {
  const { credentials, origins, signal } = context
  const { status, headers, text, json } = await requestJson({
    provider: 'deepgram',
    url: `${origins.api}/v1/models`,
    headers: { authorization: `Token ${credentials.apiKey}` },
    signal,
  })
  if (status !== 200) throw toDeepgramError({ status, headers, text })
  if (!isObject(json) || !Array.isArray(json.tts)) {
    throw new ProviderError({ provider: 'deepgram', kind: 'failed', message: 'Deepgram sent no list of voices.' })
  }
  const voices = json.tts.flatMap(toVoice)
  const isCurrent = ({ id }: VoiceInfo) => id.startsWith('aura-2-')
  return [...voices.filter(isCurrent), ...voices.filter((voice) => !isCurrent(voice))].slice(0, MAX_VOICES)
}

function toVoice(row: unknown): VoiceInfo[] {
  const id = isObject(row) ? stringOf(row.canonical_name) : undefined
  // Flux voices speak another protocol, on `/v2/speak`.
  if (!isObject(row) || !id || !/^aura-[\w-]{1,80}$/.test(id)) return []
  const name = stringOf(row.name)?.slice(0, MAX_LENGTH) || id
  const languages = textsOf(row.languages)
  const { accent, age, tags, use_cases } = isObject(row.metadata) ? row.metadata : {}
  const traits = [...textsOf([accent, age]), ...textsOf(tags), ...textsOf(use_cases)]
  const description = traits.join(', ').slice(0, MAX_LENGTH)
  return [{ id, name, ...(description && { description }), ...(languages.length > 0 && { languages }) }]
}

const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.flatMap((item) => stringOf(item)?.trim() || []) : []
