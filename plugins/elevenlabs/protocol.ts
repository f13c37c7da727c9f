/**
 * The messages of the multi-context socket, `/v1/text-to-speech/{voice_id}/multi-stream-input`.
 * Source: elevenlabs/elevenlabs-docs, `fern/apis/api/asyncapi.yml`.
 */

export type ClientMessage = {
  text?: string
  context_id?: string
  flush?: true
  close_context?: true
  close_socket?: true
}

/** Where each character of a text lies, in ms from the start of the audio chunk that it came with. */
export type Alignment = { chars: readonly string[]; starts: readonly number[]; durations: readonly number[] }

export type ServerMessage =
  | { type: 'chunk'; contextId?: string; audio?: Buffer; alignment?: Alignment; isFinal: boolean }
  | { type: 'error'; code: unknown }
  | { type: 'ignored' }
  | { type: 'malformed' }

type SocketUrlOptions = {
  /** `wss://…` without a path. */
  origin: string
  voice: string
  model: string
  outputFormat: string
  /** ISO 639-1. */
  languageCode?: string
}

/** Models that take `language_code`; others refuse it. Source: https://elevenlabs.io/docs/models */
const MODELS_WITH_LANGUAGE = new Set(['eleven_flash_v2_5', 'eleven_turbo_v2_5'])

/** A name as one segment of a path; dots alone would be a step up. */
const toSegment = (name: string): string => encodeURIComponent(name).replace(/^\.{1,2}$/, '-')

/**
 * The socket's address.
 * - `auto_mode` makes every message a generation of its own, at once. A chunk schedule cannot go below 50 characters, and
 *   would hold back a first clause such as "Good morning." until more text had come.
 * - `inactivity_timeout` is the longest there is: it outlasts any pause between two turns.
 * - `sync_alignment` puts the alignment into every audio chunk.
 */
export const toSocketUrl = ({ origin, voice, model, outputFormat, languageCode }: SocketUrlOptions): string => {
  const query = new URLSearchParams({
    model_id: model,
    output_format: outputFormat,
    auto_mode: 'true',
    sync_alignment: 'true',
    inactivity_timeout: '180',
  })
  if (languageCode && MODELS_WITH_LANGUAGE.has(model)) query.set('language_code', languageCode)
  return `${origin}/v1/text-to-speech/${toSegment(voice)}/multi-stream-input?${query}`
}

const isNumbers = (value: unknown): value is number[] => Array.isArray(value) && value.every(Number.isFinite)

/** The documentation writes `charsDurationsMs` in one place and `charDurationsMs` in another. */
const toAlignment = (value: unknown): Alignment | undefined => {
  if (typeof value !== 'object' || value === null) return undefined
  const { chars, charStartTimesMs, charsDurationsMs, charDurationsMs } = value as Record<string, unknown>
  const durations = charsDurationsMs ?? charDurationsMs
  if (!Array.isArray(chars) || !isNumbers(charStartTimesMs) || !isNumbers(durations)) return undefined
  if (chars.length !== charStartTimesMs.length || chars.length !== durations.length) return undefined
  return { chars: chars.map(String), starts: charStartTimesMs, durations }
}

/** Reads a message of the server, in both spellings that the documentation has for a field. */
export const parseServerMessage = (text: string): ServerMessage => {
  let message: Record<string, unknown>
  try {
    message = JSON.parse(text) as Record<string, unknown>
  } catch {
    return { type: 'malformed' }
  }
  if (typeof message !== 'object' || message === null) return { type: 'malformed' }
  const { error, audio, alignment, normalizedAlignment, isFinal, is_final, contextId, context_id } = message
  if (error !== undefined && error !== null) return { type: 'error', code: error }
  const final = isFinal === true || is_final === true
  const hasAudio = typeof audio === 'string' && audio !== ''
  if (!final && !hasAudio) return { type: 'ignored' }
  const context = contextId ?? context_id
  return {
    type: 'chunk',
    contextId: typeof context === 'string' ? context : undefined,
    audio: hasAudio ? Buffer.from(audio, 'base64') : undefined,
    alignment: toAlignment(alignment) ?? toAlignment(normalizedAlignment),
    isFinal: final,
  }
}
