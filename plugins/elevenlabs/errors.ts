import { ProviderError, readRetryAfter } from '../../src/provider-kit/index.ts'
import type { ProviderErrorKind, ResponseHeaders } from '../../src/provider-kit/index.ts'

/**
 * ElevenLabs' own codes, the same over HTTP (`detail.status`) and in error frames (`error`).
 * Sources: elevenlabs/elevenlabs-docs, `developer-guides/error-messages.mdx`; https://help.elevenlabs.io article
 * 19572237925521; frames as reported in livekit/agents 218 and livekit/agents-js 1985.
 */
const KIND_BY_CODE: Readonly<Record<string, ProviderErrorKind>> = {
  invalid_api_key: 'rejected',
  missing_api_key: 'rejected',
  needs_authorization: 'rejected',
  invalid_authorization_header: 'rejected',
  missing_permissions: 'limited',
  detected_unusual_activity: 'limited',
  'only_for_creator+': 'limited',
  subscription_required: 'limited',
  quota_exceeded: 'out-of-credit',
  payment_required: 'out-of-credit',
  too_many_concurrent_requests: 'rate-limited',
  concurrent_limit_exceeded: 'rate-limited',
  rate_limit_exceeded: 'rate-limited',
  max_active_conversations: 'rate-limited',
  system_busy: 'rate-limited',
  internal_server_error: 'unreachable',
  input_timeout_exceeded: 'timeout',
  voice_not_found: 'invalid-request',
  model_not_found: 'invalid-request',
  invalid_model_id: 'invalid-request',
  unsupported_model: 'invalid-request',
  unsupported_language: 'invalid-request',
  output_format_not_allowed: 'invalid-request',
  max_character_limit_exceeded: 'invalid-request',
  validation_error: 'invalid-request',
}

const MESSAGES: Readonly<Record<ProviderErrorKind, string>> = {
  rejected: 'ElevenLabs rejected the API key.',
  limited: 'The ElevenLabs API key or plan lacks the permission for this.',
  'out-of-credit': 'The ElevenLabs account has no credits left.',
  'rate-limited': 'ElevenLabs takes no more requests from this account at the moment.',
  unreachable: 'ElevenLabs could not be reached or had a fault of its own.',
  timeout: 'ElevenLabs did not speak in time.',
  'invalid-request': 'ElevenLabs refused the request.',
  closed: 'ElevenLabs broke off the speech.',
  failed: 'ElevenLabs could not speak.',
}

const MESSAGE_BY_CODE: Readonly<Record<string, string>> = {
  voice_not_found: 'ElevenLabs does not know this voice, or this API key may not use it.',
  detected_unusual_activity: 'ElevenLabs disabled the free tier of this account for unusual activity.',
  'only_for_creator+': 'This ElevenLabs voice needs the Creator plan or a higher one.',
  max_active_conversations: 'ElevenLabs takes no more than five utterances at once on a connection.',
  input_timeout_exceeded: 'ElevenLabs closed the connection because it got no text for too long.',
}

const kindOfStatus = (status: number | undefined): ProviderErrorKind => {
  if (status === undefined) return 'failed'
  if (status === 401) return 'rejected'
  if (status === 402) return 'out-of-credit'
  if (status === 403) return 'limited'
  if (status === 429) return 'rate-limited'
  if (status === 408 || (status >= 500 && status < 600)) return 'unreachable'
  return status >= 400 && status < 500 ? 'invalid-request' : 'failed'
}

const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}

/**
 * Errors of a transcription: the type of the message is the code.
 * Sources: github.com/elevenlabs/skills, `speech-to-text/references/realtime-events.md`; SDK `@elevenlabs/elevenlabs-js`
 * 2.73.0, `wrapper/realtime/connection.d.ts` (ServerErrorMessage)
 */
const KIND_BY_STREAM_ERROR: Readonly<Record<string, ProviderErrorKind>> = {
  error: 'failed',
  auth_error: 'rejected',
  quota_exceeded: 'out-of-credit',
  unaccepted_terms: 'limited',
  rate_limited: 'rate-limited',
  commit_throttled: 'rate-limited',
  queue_overflow: 'rate-limited',
  resource_exhausted: 'rate-limited',
  input_error: 'invalid-request',
  invalid_request: 'invalid-request',
  chunk_size_exceeded: 'invalid-request',
  session_time_limit_exceeded: 'closed',
  insufficient_audio_activity: 'closed',
  transcriber_error: 'unreachable',
}

/** What the messages above say of speech, said of a transcription. */
const STREAM_MESSAGES: Readonly<Partial<Record<ProviderErrorKind, string>>> = {
  timeout: 'ElevenLabs did not answer in time.',
  'invalid-request': 'ElevenLabs refused a parameter or the audio.',
  closed: 'ElevenLabs closed the stream.',
  failed: 'ElevenLabs failed.',
}

/** Codes are words in snake case; whatever else stands there (an echoed key, say) is not taken over. */
const asCode = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[a-z]+(_[a-z]+)*\+?$/.test(value) && value.length <= 48 ? value : undefined

/**
 * The code of an HTTP answer. `detail` is an object in most answers (`status` is the old name, `code` the new one), a
 * string in some, and a list where the request did not validate.
 */
export const readDetailCode = (body: unknown): string | undefined => {
  const { detail } = asRecord(body)
  if (Array.isArray(detail)) return 'validation_error'
  if (typeof detail === 'string') return asCode(detail)
  const { status, code } = asRecord(detail)
  const candidates = [asCode(status), asCode(code)].filter((candidate) => candidate !== undefined)
  return candidates.find((candidate) => candidate in KIND_BY_CODE) ?? candidates[0]
}

type ElevenLabsFailure = { code?: unknown; status?: number; requestId?: string; retryAfterMs?: number }

/**
 * What a refusal of ElevenLabs means. Nothing of the answer's text but its code goes into the error. A 401 is a bad key
 * only where its code does not say otherwise.
 */
export const toElevenLabsError = ({ code, status, requestId, retryAfterMs }: ElevenLabsFailure): ProviderError => {
  const providerCode = asCode(code)
  const kind = KIND_BY_CODE[providerCode ?? ''] ?? kindOfStatus(status)
  const message = MESSAGE_BY_CODE[providerCode ?? ''] ?? MESSAGES[kind]
  return new ProviderError({ provider: 'elevenlabs', kind, message, providerCode, status, requestId, retryAfterMs })
}

/** A failure that this side noticed. */
export const ownError = (kind: ProviderErrorKind, message = MESSAGES[kind]): ProviderError =>
  new ProviderError({ provider: 'elevenlabs', kind, message })

const CODE_BY_REASON: readonly (readonly [RegExp, string])[] = [
  [/quota/i, 'quota_exceeded'],
  [/simultaneous contexts/i, 'max_active_conversations'],
  [/new text input within the timeout/i, 'input_timeout_exceeded'],
  [/unusual activity/i, 'detected_unusual_activity'],
  [/api key/i, 'invalid_api_key'],
]

/** The code behind a close frame's reason, which carries the message of an error frame, cut to 123 bytes. */
export const readCloseReason = (reason: string): string | undefined =>
  asCode(reason) ?? CODE_BY_REASON.find(([pattern]) => pattern.test(reason))?.[1]

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What it means that a socket was not opened. */
export const toHandshakeError = (answer: { status: number; headers: ResponseHeaders; body: string }): ProviderError =>
  toElevenLabsError({
    code: readDetailCode(parseJson(answer.body)),
    status: answer.status,
    requestId: answer.headers['request-id'],
    retryAfterMs: readRetryAfter(answer.headers),
  })

export const isStreamErrorType = (type: unknown): type is string =>
  typeof type === 'string' && Object.hasOwn(KIND_BY_STREAM_ERROR, type)

/**
 * What an error message of a transcription means.
 * @param message.detail its `error`, a sentence or a code; only a known code of it is kept
 */
export const toStreamError = ({ type, detail }: { type: string; detail: unknown }): ProviderError => {
  const text = typeof detail === 'string' ? detail : ''
  if (type === 'auth_error' && /permission/i.test(text)) return toElevenLabsError({ code: 'missing_permissions' })
  const code = type === 'error' && isStreamErrorType(text) ? text : type
  const kind = KIND_BY_STREAM_ERROR[code] ?? 'failed'
  const message = STREAM_MESSAGES[kind] ?? MESSAGES[kind]
  return new ProviderError({ provider: 'elevenlabs', kind, message, providerCode: code })
}

/** What a close of a transcription means that nobody here asked for. */
export const toStreamCloseError = ({ code, reason }: { code: number; reason: string }): ProviderError => {
  const known = readCloseReason(reason)
  if (isStreamErrorType(known)) return toStreamError({ type: known, detail: '' })
  if (known) return toElevenLabsError({ code: known, status: code })
  const message = `${STREAM_MESSAGES.closed} (${code})`
  return new ProviderError({ provider: 'elevenlabs', kind: 'closed', message, status: code })
}
