import { requestJson } from '../../src/provider-kit/index.ts'
import type { ListContext, VoiceInfo } from '../../src/provider-kit/index.ts'
import type { HumeCredentials } from './credentials.ts'
import { ownError, toHttpError } from './errors.ts'
import { toCustomVoiceId } from './protocol.ts'

const MAX_VOICES = 500
const PAGE_SIZE = 100
/** Longest name that is shown. */
const MAX_NAME = 200

export type VoiceLibrary = 'HUME_AI' | 'CUSTOM_VOICE'
type PageRequest = ListContext<HumeCredentials> & { library: VoiceLibrary; page: number; pageSize: number }

const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

const toVoice = (value: unknown, library: VoiceLibrary): VoiceInfo[] => {
  const { id, name } = asRecord(value)
  if (typeof id !== 'string' || id === '') return []
  const isCloned = library === 'CUSTOM_VOICE'
  const label = (typeof name === 'string' && name !== '' ? name : id).slice(0, MAX_NAME)
  return [{ id: isCloned ? toCustomVoiceId(id) : id, name: label, ...(isCloned && { isCloned }) }]
}

/**
 * One page of `GET /v0/tts/voices`.
 * @throws ProviderError
 */
export async function requestVoices({ credentials, origins, signal, library, page, pageSize }: PageRequest) {
  const query = new URLSearchParams({ provider: library, page_number: String(page), page_size: String(pageSize) })
  const { status, headers, json, text } = await requestJson({
    provider: 'hume',
    url: `${origins.api}/v0/tts/voices?${query}`,
    headers: { 'x-hume-api-key': credentials.apiKey },
    signal,
  })
  if (status !== 200) throw toHttpError(status, headers, text)
  const { voices_page: voices, total_pages: pages } = asRecord(json)
  if (!Array.isArray(voices)) throw ownError('failed', 'Hume sent an answer that is not a list of voices.')
  return {
    voices: voices.flatMap((voice) => toVoice(voice, library)),
    pages: typeof pages === 'number' ? pages : 0,
  }
}

/**
 * The voices that a key may speak with: those of its own account, then Hume's library.
 * Source: SDK `hume` 0.16.0, `tts.voices.list`: pages count from 0 and hold 1 to 100
 */
export async function listVoices(context: ListContext<HumeCredentials>): Promise<readonly VoiceInfo[]> {
  const voices: VoiceInfo[] = []
  for (const library of ['CUSTOM_VOICE', 'HUME_AI'] as const) {
    for (let page = 0, pages = 1; page < pages && voices.length < MAX_VOICES; page++) {
      const answer = await requestVoices({ ...context, library, page, pageSize: PAGE_SIZE })
      voices.push(...answer.voices)
      pages = Math.min(answer.pages, MAX_VOICES / PAGE_SIZE)
    }
  }
  return voices.slice(0, MAX_VOICES)
}
