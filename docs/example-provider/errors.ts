import { asRequestId, ProviderError, readRetryAfter } from '../../src/provider-kit/index.ts'
import type { ProviderErrorKind, ResponseHeaders } from '../../src/provider-kit/index.ts'

/**
 * The types of errors in messages, and the payloads of closes. `quota_exceeded` is the number of streams at a time;
 * what an account may use up is `timelimit_exceeded`.
 * Source: speechmatics/docs, `spec/realtime.yaml` (ErrorTypeEnum) and `docs/api-ref/realtime-transcription-websocket.mdx`
 */
const KIND_BY_TYPE: Readonly<Record<string, ProviderErrorKind>> = {
  not_authorised: 'rejected',
  not_allowed: 'limited',
  timelimit_exceeded: 'out-of-credit',
  quota_exceeded: 'rate-limited',
  job_error: 'unreachable',
  internal_error: 'unreachable',
  invalid_model: 'invalid-request',
  invalid_language: 'invalid-request',
  invalid_config: 'invalid-request',
  invalid_audio_type: 'invalid-request',
  invalid_message: 'failed',
  protocol_error: 'failed',
  policy_violation: 'closed',
  idle_timeout: 'closed',
  session_timeout: 'closed',
  unknown_error: 'failed',
}

/** The types by the code of a close, for one that comes without its payload. Source: the same page, “Websocket errors” */
const TYPE_BY_CLOSE: Readonly<Record<number, string>> = {
  1003: 'protocol_error',
  1011: 'internal_error',
  4001: 'not_authorised',
  4003: 'not_allowed',
  4004: 'invalid_model',
  4005: 'quota_exceeded',
  4006: 'timelimit_exceeded',
  4013: 'job_error',
}

const MESSAGES: Readonly<Record<ProviderErrorKind, string>> = {
  rejected: 'Speechmatics rejected the API key.',
  limited: 'The Speechmatics contract does not allow this.',
  'out-of-credit': 'The Speechmatics contract’s hours are used up.',
  'rate-limited': 'Speechmatics takes no more streams from this account at the moment.',
  unreachable: 'Speechmatics could not be reached or had a fault of its own.',
  timeout: 'Speechmatics did not answer in time.',
  'invalid-request': 'Speechmatics refused the model, the language or another option.',
  closed: 'Speechmatics broke off the transcription.',
  failed: 'Speechmatics could not transcribe.',
}

const kindOfStatus = (status: number): ProviderErrorKind => {
  if (status === 401) return 'rejected'
  if (status === 402) return 'out-of-credit'
  if (status === 403) return 'limited'
  if (status === 429) return 'rate-limited'
  return status >= 500 ? 'unreachable' : 'invalid-request'
}

type Refusal = {
  type?: unknown
  kind?: ProviderErrorKind
  status?: number
  requestId?: unknown
  retryAfterMs?: number
}

/** What a refusal means. Of what Speechmatics said only a type that is known is kept: the rest may repeat the key. */
export function toSpeechmaticsError({ type, kind, status, requestId, retryAfterMs }: Refusal): ProviderError {
  const providerCode = typeof type === 'string' && Object.hasOwn(KIND_BY_TYPE, type) ? type : undefined
  const known = providerCode === undefined ? undefined : KIND_BY_TYPE[providerCode]
  const meant = known ?? kind ?? (status === undefined ? 'failed' : kindOfStatus(status))
  return new ProviderError({
    provider: 'speechmatics',
    kind: meant,
    message: MESSAGES[meant],
    providerCode,
    status,
    requestId: asRequestId(requestId),
    retryAfterMs,
  })
}

/** The refusal of a request, or of a handshake; neither has a code of its own, the body repeats the status. */
export const toHttpError = (status: number, headers: ResponseHeaders): ProviderError =>
  toSpeechmaticsError({ status, retryAfterMs: readRetryAfter(headers) })

/** A close that nobody here asked for: its payload is the type, where it comes. */
export const toCloseError = (close: { code: number; reason: string; requestId?: string }): ProviderError => {
  const type = Object.hasOwn(KIND_BY_TYPE, close.reason) ? close.reason : TYPE_BY_CLOSE[close.code]
  return toSpeechmaticsError({ type, kind: 'closed', status: close.code, requestId: close.requestId })
}
