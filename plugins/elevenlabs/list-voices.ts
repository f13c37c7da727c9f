import { ProviderError, readRetryAfter, requestJson } from '../../src/provider-kit/index.ts'
import type { ListContext, TtsCapability, VoiceInfo } from '../../src/provider-kit/index.ts'
import type { ElevenLabsCredentials } from './credentials.ts'
import { readDetailCode, toElevenLabsError } from './errors.ts'

const MAX_VOICES = 500
/** The most that ElevenLabs gives at once. */
const PAGE_SIZE = 100
const MAX_LENGTH = 200

type Context = ListContext<ElevenLabsCredentials>

/**
 * The key's own voices, then the others that its account has.
 * Source: SDK `@elevenlabs/elevenlabs-js` 2.73.0, `VoicesSearchRequest`, `GetVoicesV2Response`, `Voice`
 */
export const listVoices: NonNullable<TtsCapability<ElevenLabsCredentials>['listVoices']> = async (context) => {
  const voices = new Map<string, VoiceInfo>()
  // An account may have more voices than are listed; its own must be among them.
  for (const type of ['personal', undefined]) {
    for await (const voice of pages(context, type)) {
      if (voices.size >= MAX_VOICES) break
      if (!voices.has(voice.id)) voices.set(voice.id, voice)
    }
  }
  return [...voices.values()]
}

async function* pages(context: Context, voiceType: string | undefined): AsyncGenerator<VoiceInfo> {
  let token: string | undefined
  for (let page = 0; page < MAX_VOICES / PAGE_SIZE; page++) {
    const query = new URLSearchParams({ page_size: String(PAGE_SIZE), include_total_count: 'false' })
    if (voiceType) query.set('voice_type', voiceType)
    if (token) query.set('next_page_token', token)
    const { voices, nextToken } = await getPage(context, query)
    yield* voices
    if (!nextToken) return
    token = nextToken
  }
}

async function getPage({ credentials, origins, signal }: Context, query: URLSearchParams) {
  const { status, headers, json } = await requestJson({
    provider: 'elevenlabs',
    url: `${origins.api}/v2/voices?${query}`,
    headers: { 'xi-api-key': credentials.apiKey },
    signal,
    // A page of a hundred voices with their samples, settings and sharing is long.
    maxBytes: 8 * 1024 * 1024,
  })
  if (status !== 200) {
    const requestId = headers['request-id']
    throw toElevenLabsError({ code: readDetailCode(json), status, requestId, retryAfterMs: readRetryAfter(headers) })
  }
  const { voices, has_more: hasMore, next_page_token: nextToken } = asRecord(json)
  if (!Array.isArray(voices)) {
    throw new ProviderError({ provider: 'elevenlabs', kind: 'failed', message: 'ElevenLabs sent no list of voices.' })
  }
  return { voices: voices.flatMap(toVoice), nextToken: hasMore === true ? textOf(nextToken) : undefined }
}

function toVoice(row: unknown): VoiceInfo[] {
  const { voice_id, name, description, category, is_owner, labels, verified_languages: verified } = asRecord(row)
  const id = textOf(voice_id)
  if (!id || !/^[\w-]{1,64}$/.test(id)) return []
  const { language, accent, gender, age, descriptive, use_case: use } = asRecord(labels)
  const traits = [accent, gender, age, descriptive, use].flatMap((trait) => textOf(trait) ?? []).join(', ')
  const told = (textOf(description) ?? traits).slice(0, MAX_LENGTH)
  const spoken = (Array.isArray(verified) ? verified : []).flatMap((each) => {
    const entry = asRecord(each)
    return textOf(entry.locale) ?? textOf(entry.language) ?? []
  })
  const languages = [...new Set(spoken.length > 0 ? spoken : [language].flatMap((each) => textOf(each) ?? []))]
  return [
    {
      id,
      name: (textOf(name) ?? id).slice(0, MAX_LENGTH),
      ...(told && { description: told }),
      ...(languages.length > 0 && { languages }),
      // A professional voice of somebody else comes from the library.
      ...((category === 'cloned' || (category === 'professional' && is_owner === true)) && { isCloned: true }),
    },
  ]
}

const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() ? value.trim() : undefined
