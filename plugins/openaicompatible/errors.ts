import { ProviderError } from '../../src/provider-kit/index.ts'
import type { ProviderErrorKind } from '../../src/provider-kit/index.ts'

export const PROVIDER = 'openaicompatible'

/** Codes of OpenAI that servers took over and that mean something else than their HTTP status says. */
const KIND_BY_CODE: Readonly<Record<string, ProviderErrorKind>> = {
  invalid_api_key: 'rejected',
  insufficient_quota: 'out-of-credit',
  server_error: 'unreachable',
  rate_limit_exceeded: 'rate-limited',
  model_not_found: 'invalid-request',
  context_length_exceeded: 'invalid-request',
}

const MESSAGES: Readonly<Record<ProviderErrorKind, string>> = {
  rejected: 'The server did not accept the API key.',
  limited: 'The server does not let this API key do that.',
  'out-of-credit': 'The server says that this API key has no credit left.',
  'rate-limited': 'The server takes no more requests at the moment.',
  unreachable: 'The server could not be reached, or had a fault of its own.',
  timeout: 'The server did not answer in time.',
  'invalid-request': 'The server refused the request: it may lack the model, the voice or this part of the API.',
  closed: 'The server broke off its answer.',
  failed: 'The server sent an answer that is not part of the API.',
}

const kindOfStatus = (status: number | undefined): ProviderErrorKind => {
  if (status === undefined) return 'failed'
  if (status === 401) return 'rejected'
  if (status === 402) return 'out-of-credit'
  if (status === 403) return 'limited'
  if (status === 429) return 'rate-limited'
  if (status === 408 || status === 409 || status >= 500) return 'unreachable'
  return status >= 400 ? 'invalid-request' : 'failed'
}

const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

/** A code out of OpenAI's; whatever else a server writes there is not taken over. */
const readErrorCode = (body: unknown): string | undefined => {
  const { code, type } = asRecord(asRecord(body).error ?? body)
  return [code, type].find((word): word is string => typeof word === 'string' && Object.hasOwn(KIND_BY_CODE, word))
}

/**
 * Inside of a stream, whose status was good, servers write the status that an error would have had.
 * Source: https://github.com/vllm-project/vllm (`create_streaming_error_response`), https://github.com/ggml-org/llama.cpp
 * (`format_error_response`)
 */
const readErrorStatus = (body: unknown): number | undefined => {
  const { code } = asRecord(asRecord(body).error ?? body)
  return typeof code === 'number' && code >= 400 && code <= 599 ? code : undefined
}

type CompatibleFailure = {
  status?: number
  body: unknown
  unreachable?: boolean
  retryAfterMs?: number
}

/** What a refusal of the server means. Nothing of its text goes into the error, nor its id of the request: strangers write them. */
export const toCompatibleError = (failure: CompatibleFailure): ProviderError => {
  const { body, unreachable = false, retryAfterMs } = failure
  const status = failure.status ?? readErrorStatus(body)
  const providerCode = readErrorCode(body)
  const kind = unreachable ? 'unreachable' : (KIND_BY_CODE[providerCode ?? ''] ?? kindOfStatus(status))
  return new ProviderError({
    provider: PROVIDER,
    kind,
    message: MESSAGES[kind],
    providerCode,
    status,
    retryAfterMs,
  })
}
