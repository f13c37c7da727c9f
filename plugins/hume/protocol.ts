import type { SpokenWord } from '../../src/provider-kit/index.ts'
import type { HumeFailure } from './errors.ts'

/**
 * The messages of `/v0/tts/stream/input`.
 * Source: SDK `hume` 0.16.0, types `PublishTts`, `SnippetAudioChunk`, `TimestampMessage`, and its `streamInput` client
 */

export type HumeVoice = { id: string; provider: 'HUME_AI' | 'CUSTOM_VOICE' } | { name: string; provider: 'HUME_AI' }

export type ClientMessage = { text: string; voice?: HumeVoice; flush: true } | { close: true }

export type ServerMessage =
  | { type: 'audio'; snippetId: string; audio: Buffer; isLastChunk: boolean }
  | { type: 'word'; snippetId: string; word: SpokenWord }
  | { type: 'error'; failure: HumeFailure }
  | { type: 'ignored' }
  | { type: 'malformed' }

const CUSTOM_PREFIX = 'custom:'
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** The name of a voice of the account itself, as `TtsOptions.voice` takes it: Hume asks for the library of an id. */
export const toCustomVoiceId = (id: string): string => `${CUSTOM_PREFIX}${id}`

/** A voice of the library by its id or its name, or one of the account: `custom:` and its id. */
export const toHumeVoice = (voice: string): HumeVoice => {
  if (voice.startsWith(CUSTOM_PREFIX)) return { id: voice.slice(CUSTOM_PREFIX.length), provider: 'CUSTOM_VOICE' }
  return UUID.test(voice) ? { id: voice, provider: 'HUME_AI' } : { name: voice, provider: 'HUME_AI' }
}

/**
 * The socket's address.
 * - `format_type=pcm`: 16-bit samples at 48 kHz; there is no other rate, and no mu-law
 * - `strip_headers`: no header before each snippet
 * - `no_binary`: audio in JSON, beside the words
 */
export const toSocketUrl = ({ origin, version }: { origin: string; version: string }): string => {
  const query = new URLSearchParams({
    format_type: 'pcm',
    instant_mode: 'true',
    strip_headers: 'true',
    no_binary: 'true',
    include_timestamp_types: 'word',
    version,
  })
  return `${origin}/v0/tts/stream/input?${query}`
}

const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

const toWord = (message: Record<string, unknown>): ServerMessage => {
  const { type, text, time } = asRecord(message.timestamp)
  const { begin, end } = asRecord(time)
  const isWord = type === 'word' && typeof text === 'string' && Number.isFinite(begin) && Number.isFinite(end)
  if (!isWord) return { type: 'ignored' }
  return {
    type: 'word',
    snippetId: String(message.snippet_id),
    word: { text, startMs: Number(begin), endMs: Number(end) },
  }
}

/** Reads a message of the server. */
export const parseServerMessage = (text: string): ServerMessage => {
  let message: Record<string, unknown>
  try {
    message = asRecord(JSON.parse(text))
  } catch {
    return { type: 'malformed' }
  }
  if (message.type === 'timestamp') return toWord(message)
  if (message.type === 'audio' && typeof message.audio === 'string')
    return {
      type: 'audio',
      snippetId: String(message.snippet_id),
      audio: Buffer.from(message.audio, 'base64'),
      isLastChunk: message.is_last_chunk === true,
    }
  if (message.type === 'error' || message.error !== undefined || message.code !== undefined) {
    const { code, status_code: status, request_id: requestId } = message
    return { type: 'error', failure: { code, status: typeof status === 'number' ? status : undefined, requestId } }
  }
  return { type: 'ignored' }
}
