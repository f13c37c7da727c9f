import type { AudioEncoding, SpokenWord } from '../../src/provider-kit/index.ts'
import type { CartesiaFailure } from './errors.ts'

/**
 * The messages of `/tts/websocket`.
 * Sources: https://docs.cartesia.ai/api-reference/tts/websocket and https://docs.cartesia.ai/use-the-api/tts-websocket/contexts;
 * SDK `@cartesia/cartesia-js` 4.2.0, types `GenerationRequest`, `WebsocketClientEvent`, `WebsocketResponse`.
 */

/** The version of the interface that this plugin is written to; sent with every request. */
export const CARTESIA_VERSION = '2026-03-01'

export type ClientMessage =
  | (VoiceConfig & { context_id: string; transcript: string; continue: boolean })
  | { context_id: string; cancel: true }

/** What must be the same in every input of a context. */
export type VoiceConfig = {
  model_id: string
  voice: { mode: 'id'; id: string }
  output_format: { container: 'raw'; encoding: 'pcm_mulaw' | 'pcm_alaw'; sample_rate: 8000 }
  language?: string
  add_timestamps: true
  use_normalized_timestamps: false
  max_buffer_delay_ms: 0
}

export type ServerMessage =
  /** `isDone`: nothing more comes of this context. */
  | { type: 'output'; contextId: string; audio?: Buffer; words?: SpokenWord[]; isDone: boolean }
  | { type: 'error'; contextId?: string; failure: CartesiaFailure }
  | { type: 'ignored' }
  | { type: 'malformed' }

/** Source: SDK `@cartesia/cartesia-js` 4.2.0, type `SupportedLanguage` */
const LANGUAGES: ReadonlySet<string> = new Set(
  'en fr de es pt zh ja hi it ko nl pl ru sv tr tl bg ro ar cs el fi hr ms sk da ta uk hu no vi bn th he ka id te gu kn ml mr pa or ur'.split(
    ' ',
  ),
)

/** The language as Cartesia names it; undefined where it does not speak it. */
export const toLanguage = (bcp47: string): string | undefined => {
  const language = bcp47.split('-')[0]?.toLowerCase() ?? ''
  const renamed = { nb: 'no', nn: 'no', fil: 'tl', iw: 'he' }[language] ?? language
  return LANGUAGES.has(renamed) ? renamed : undefined
}

/**
 * - `max_buffer_delay_ms: 0`: each input is spoken at once. By default text waits up to 3 s for more of it.
 * - `use_normalized_timestamps: false`: words as they were written, since a transcript shows those.
 */
export const toVoiceConfig = (options: {
  model: string
  voice: string
  encoding: AudioEncoding
  language?: string
}): VoiceConfig => ({
  model_id: options.model,
  voice: { mode: 'id', id: options.voice },
  output_format: {
    container: 'raw',
    encoding: options.encoding === 'mulaw' ? 'pcm_mulaw' : 'pcm_alaw',
    sample_rate: 8000,
  },
  ...(options.language && { language: options.language }),
  add_timestamps: true,
  use_normalized_timestamps: false,
  max_buffer_delay_ms: 0,
})

const toWords = (value: unknown): SpokenWord[] | undefined => {
  if (typeof value !== 'object' || value === null) return undefined
  const { words, start, end } = value as Record<string, unknown>
  if (!Array.isArray(words) || !Array.isArray(start) || !Array.isArray(end)) return undefined
  return words.flatMap((text: unknown, index) => {
    const [from, to] = [start[index], end[index]]
    const isTimed = typeof text === 'string' && Number.isFinite(from) && Number.isFinite(to)
    return isTimed ? [{ text, startMs: Math.round(from * 1000), endMs: Math.round(to * 1000) }] : []
  })
}

const asText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** Reads a message of the server. Word times count from the start of the context, in seconds. */
export const parseServerMessage = (text: string): ServerMessage => {
  let message: Record<string, unknown>
  try {
    message = JSON.parse(text) as Record<string, unknown>
  } catch {
    return { type: 'malformed' }
  }
  if (typeof message !== 'object' || message === null) return { type: 'malformed' }
  const contextId = asText(message.context_id)
  if (message.type === 'error') {
    const { error_code: code, status_code: status, request_id: requestId } = message
    const said = `${asText(message.title) ?? ''} ${asText(message.message) ?? asText(message.error) ?? ''}`
    return {
      type: 'error',
      contextId,
      failure: { code, status: typeof status === 'number' ? status : undefined, text: said, requestId },
    }
  }
  if (contextId === undefined) return { type: 'ignored' }
  const data = message.type === 'chunk' ? asText(message.data) : undefined
  return {
    type: 'output',
    contextId,
    audio: data ? Buffer.from(data, 'base64') : undefined,
    words: message.type === 'timestamps' ? toWords(message.word_timestamps) : undefined,
    isDone: message.done === true,
  }
}
