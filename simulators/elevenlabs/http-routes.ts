import { z } from 'zod'
import { synthesizeToneSpeech } from '../tone-speech/index.ts'
import * as errors from './api-error.ts'
import type { Account } from './account.ts'
import type { ApiError } from './api-error.ts'
import { ENCODING_BY_FORMAT, MODELS } from './socket-query.ts'

export type HttpRequest = {
  method: string
  path: string
  query: URLSearchParams
  body: unknown
  account: Account
  voices: readonly string[]
}
export type HttpAnswer = { status: number; json: unknown } | { status: 200; audio: Buffer; text: string }

const refuse = (error: ApiError): HttpAnswer => ({ status: error.status, json: errors.toErrorBody(error) })

const speechBody = z.looseObject({ text: z.string().min(1), model_id: z.string().optional() })

const speak = ({ query, body, account, voices }: HttpRequest, voice: string): HttpAnswer => {
  const missing = account.refuse('text_to_speech')
  if (missing) return refuse(missing)
  const parsed = speechBody.safeParse(body)
  // A request that does not validate gets a list, as FastAPI answers.
  if (!parsed.success) {
    return { status: 422, json: { detail: [{ loc: ['body', 'text'], msg: 'Field required', type: 'missing' }] } }
  }
  if (!voices.includes(voice)) return refuse(errors.voiceNotFound(voice))
  const { text, model_id: model = 'eleven_multilingual_v2' } = parsed.data
  if (!MODELS.includes(model)) return refuse(errors.modelNotFound(model))
  const format = query.get('output_format') ?? 'mp3_44100_128'
  const encoding = ENCODING_BY_FORMAT[format]
  if (!encoding) return refuse(errors.formatRefused(format))
  const broke = account.spend(text.length)
  if (broke) return refuse(broke)
  return { status: 200, audio: synthesizeToneSpeech(text, encoding), text }
}

/** Names that the premade voices bear. */
const NAMES: Readonly<Record<string, string>> = {
  EXAVITQu4vr4xnSDxMaL: 'Sarah',
  JBFqnCBsd6RMkjVDRZzb: 'George',
  Xb7hH8MSUJpSbSDYk0k2: 'Alice',
}

const toVoice = (id: string, isCloned: boolean) => ({
  voice_id: id,
  name: isCloned ? `Clone ${id}` : (NAMES[id] ?? `Voice ${id}`),
  category: isCloned ? 'cloned' : 'premade',
  description: null,
  labels: { accent: 'american', gender: 'female', age: 'young', use_case: 'conversational', language: 'en' },
  verified_languages: isCloned ? [] : [{ language: 'en', model_id: 'eleven_flash_v2_5', locale: 'en-US' }],
  is_owner: isCloned,
  preview_url: null,
})

const MAX_PAGE = 100

/** Source: SDK `@elevenlabs/elevenlabs-js` 2.73.0, `VoicesSearchRequest` */
const listVoices = ({ query, account, voices }: HttpRequest): HttpAnswer => {
  const size = Number(query.get('page_size') ?? 10)
  const type = query.get('voice_type')
  if (!(size >= 1 && size <= MAX_PAGE) || (type && type !== 'personal')) {
    return { status: 422, json: { detail: [{ loc: ['query'], msg: 'Input should be valid', type: 'value_error' }] } }
  }
  const own = account.clonedVoices.map((id) => toVoice(id, true))
  const all = type === 'personal' ? own : [...voices.map((id) => toVoice(id, false)), ...own]
  const from = Number(query.get('next_page_token') ?? 0)
  const hasMore = from + size < all.length
  const json = {
    voices: all.slice(from, from + size),
    has_more: hasMore,
    total_count: all.length,
    next_page_token: hasMore ? String(from + size) : null,
  }
  return { status: 200, json }
}

const toModel = (id: string) => ({
  model_id: id,
  name: id,
  can_do_text_to_speech: true,
  languages: [{ language_id: 'en', name: 'English' }],
})

/**
 * The HTTP side: account, voices, models, and speech in one piece.
 * Sources: SDK `@elevenlabs/elevenlabs-js` 2.73.0 (types `Subscription`, `User`, `GetVoicesV2Response`, `Model`)
 */
export const answerHttp = (request: HttpRequest): HttpAnswer => {
  const { method, path, account } = request
  const speech = /^\/v1\/text-to-speech\/([^/]+)(?:\/stream)?$/.exec(path)?.[1]
  if (method === 'POST' && speech) return speak(request, decodeURIComponent(speech))
  if (method !== 'GET') return { status: 405, json: { detail: 'Method Not Allowed' } }
  if (path === '/v1/user/subscription' || path === '/v1/user') {
    const missing = account.refuse('user_read')
    if (missing) return refuse(missing)
    const subscription = account.subscription()
    return { status: 200, json: path === '/v1/user' ? { user_id: 'user-1', subscription } : subscription }
  }
  if (path === '/v1/models') {
    const missing = account.refuse('models_read')
    return missing ? refuse(missing) : { status: 200, json: MODELS.map(toModel) }
  }
  if (path === '/v2/voices') {
    const missing = account.refuse('voices_read')
    return missing ? refuse(missing) : listVoices(request)
  }
  return { status: 404, json: { detail: 'Not Found' } }
}
