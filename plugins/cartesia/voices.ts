import { requestJson } from '../../src/provider-kit/index.ts'
import type { ListContext, VoiceInfo } from '../../src/provider-kit/index.ts'
import type { CartesiaCredentials } from './credentials.ts'
import { ownError, toHttpError } from './errors.ts'
import { CARTESIA_VERSION } from './protocol.ts'

const MAX_VOICES = 500
const PAGE_SIZE = 100
/** Longest name or description that is shown. */
const MAX_TEXT = 200

const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
const asText = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

const languagesOf = ({ locales, language }: Record<string, unknown>): string[] => {
  const named = Array.isArray(locales) ? locales.map((entry) => asText(asRecord(entry).locale)) : []
  const all = named.length > 0 ? named : [asText(language)]
  return all.filter((entry) => entry !== undefined)
}

const toVoice = (value: unknown): VoiceInfo[] => {
  const voice = asRecord(value)
  const id = asText(voice.id)
  if (!id) return []
  const languages = languagesOf(voice)
  const description = asText(voice.description) ?? asText(voice.tagline)
  return [
    {
      id,
      name: (asText(voice.name) ?? id).slice(0, MAX_TEXT),
      ...(description && { description: description.slice(0, MAX_TEXT) }),
      ...(languages.length > 0 && { languages }),
      ...(voice.is_owner === true && { isCloned: true }),
    },
  ]
}

type PageRequest = Omit<ListContext<CartesiaCredentials>, 'signal'> & { signal: AbortSignal; query: URLSearchParams }

/**
 * One page of `GET /voices`.
 * @throws ProviderError
 */
export async function requestVoices({ credentials, origins, signal, query }: PageRequest) {
  const { status, headers, json, text } = await requestJson({
    provider: 'cartesia',
    url: `${origins.api}/voices?${query}`,
    headers: { authorization: `Bearer ${credentials.apiKey}`, 'cartesia-version': CARTESIA_VERSION },
    signal,
  })
  if (status !== 200) throw toHttpError(status, headers, text)
  const { data, has_more: hasMore } = asRecord(json)
  if (!Array.isArray(data)) throw ownError('failed', 'Cartesia sent an answer that is not a list of voices.')
  return { voices: data.flatMap(toVoice), hasMore: hasMore === true }
}

/**
 * The voices that a key may speak with: those of its own organisation, then the library.
 * Source: SDK `@cartesia/cartesia-js` 4.2.0, `voices.list`: pages of 1 to 100, continued by `starting_after`
 */
export async function listVoices(context: ListContext<CartesiaCredentials>): Promise<readonly VoiceInfo[]> {
  const voices = new Map<string, VoiceInfo>()
  for (const isOwner of [true, false]) {
    let lastId: string | undefined
    for (let page = 0; page < MAX_VOICES / PAGE_SIZE && voices.size < MAX_VOICES; page++) {
      const query = new URLSearchParams({ limit: String(PAGE_SIZE) })
      if (isOwner) query.set('is_owner', 'true')
      if (lastId !== undefined) query.set('starting_after', lastId)
      const answer = await requestVoices({ ...context, query })
      for (const voice of answer.voices) if (!voices.has(voice.id)) voices.set(voice.id, voice)
      lastId = answer.hasMore ? answer.voices.at(-1)?.id : undefined
      if (lastId === undefined) break
    }
  }
  return [...voices.values()].slice(0, MAX_VOICES)
}
