import { ProviderError } from '../../src/provider-kit/index.ts'
import type { ProviderErrorKind } from '../../src/provider-kit/index.ts'

const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

/**
 * xAI answers `{"code","error"}`, both plain strings, and the code says too little: a wrong key and a wrong parameter
 * share 400 and one code, a spent account and a rate limit share 429 and one code, a blocked key and a missing
 * permission share 403. So the text decides, and is never shown.
 * Sources: https://docs.x.ai/developers/debugging (an incorrect key is 400, a blocked key or team 403);
 * https://github.com/continuedev/continue/issues/10373 (credits by 429), https://github.com/warpdotdev/warp/issues/14867
 * (the same text by 403)
 */
const CODE_BY_TEXT: readonly (readonly [RegExp, string])[] = [
  [/(incorrect|invalid) api key/i, 'incorrect-api-key'],
  [/\bcredits?\b|spending limit/i, 'no-credits'],
  [/team is (blocked|disabled|suspended)/i, 'team-blocked'],
  [/api key is (currently )?(blocked|disabled|expired|revoked)/i, 'key-blocked'],
  [/does not support parameter/i, 'unsupported-parameter'],
  [/maximum (prompt|context) length/i, 'context-too-long'],
]

/** xAI's codes are sentences in some answers and words in others. */
const CODE_BY_CODE: Readonly<Record<string, string>> = {
  'client specified an invalid argument': 'invalid-argument',
  'invalid-argument': 'invalid-argument',
  'the caller does not have permission to execute the specified operation': 'permission-denied',
  'permission-denied': 'permission-denied',
  'some resource has been exhausted': 'resource-exhausted',
  'resource-exhausted': 'resource-exhausted',
  'some requested entity was not found': 'not-found',
  'not-found': 'not-found',
  'the request does not have valid authentication credentials for the operation': 'unauthenticated',
  unauthenticated: 'unauthenticated',
  'the service is currently unavailable': 'unavailable',
  unavailable: 'unavailable',
  'internal error': 'internal',
}

/** A name for what an answer says, out of a fixed list: nothing of the text itself, which may quote the key. */
export const readErrorCode = (body: unknown): string | undefined => {
  const { code, error } = asRecord(body)
  const inner = asRecord(error)
  const text = typeof error === 'string' ? error : inner.message
  const byText = typeof text === 'string' ? CODE_BY_TEXT.find(([pattern]) => pattern.test(text))?.[1] : undefined
  if (byText) return byText
  const word = typeof code === 'string' ? code : inner.code
  const known = typeof word === 'string' ? word.toLowerCase() : ''
  return Object.hasOwn(CODE_BY_CODE, known) ? CODE_BY_CODE[known] : undefined
}

const KIND_BY_CODE: Readonly<Record<string, ProviderErrorKind>> = {
  'incorrect-api-key': 'rejected',
  'team-blocked': 'rejected',
  'key-blocked': 'rejected',
  unauthenticated: 'rejected',
  'no-credits': 'out-of-credit',
  'permission-denied': 'limited',
  'resource-exhausted': 'rate-limited',
  'not-found': 'invalid-request',
  'invalid-argument': 'invalid-request',
  'unsupported-parameter': 'invalid-request',
  'context-too-long': 'invalid-request',
  unavailable: 'unreachable',
  internal: 'unreachable',
}

const kindOfStatus = (status: number | undefined): ProviderErrorKind => {
  if (status === undefined) return 'failed'
  if (status === 401) return 'rejected'
  if (status === 402) return 'out-of-credit'
  if (status === 403) return 'limited'
  if (status === 429) return 'rate-limited'
  if (status === 408 || status >= 500) return 'unreachable'
  return status >= 400 ? 'invalid-request' : 'failed'
}

const MESSAGES: Readonly<Record<ProviderErrorKind, string>> = {
  rejected: 'xAI rejected the API key: it is wrong, revoked, disabled or blocked.',
  limited: 'The xAI API key lacks the permission for this.',
  'out-of-credit': 'The xAI team has no credits left, or reached its spending limit.',
  'rate-limited': 'xAI takes no more requests from this team at the moment.',
  unreachable: 'xAI could not be reached or had a fault of its own.',
  timeout: 'xAI did not answer in time.',
  'invalid-request': 'xAI refused the request.',
  closed: 'xAI broke off its answer.',
  failed: 'xAI could not answer.',
}

const MESSAGE_BY_CODE: Readonly<Record<string, string>> = {
  'team-blocked': 'xAI blocked the team that this API key belongs to.',
  'key-blocked': 'xAI blocked this API key, or it was disabled.',
  'not-found': 'xAI does not offer this model to this API key.',
  'unsupported-parameter': 'The xAI model does not take one of the options.',
  'context-too-long': 'The conversation is longer than the xAI model takes.',
}

export type XaiFailure = {
  status?: number
  body: unknown
  requestId?: string
  unreachable?: boolean
  retryAfterMs?: number
}

/** What a refusal of xAI means. Nothing of the answer's text goes into the error. */
export const toXaiError = ({ status, body, requestId, unreachable, retryAfterMs }: XaiFailure): ProviderError => {
  const providerCode = unreachable ? undefined : readErrorCode(body)
  const kind = unreachable ? 'unreachable' : (KIND_BY_CODE[providerCode ?? ''] ?? kindOfStatus(status))
  const message = MESSAGE_BY_CODE[providerCode ?? ''] ?? MESSAGES[kind]
  return new ProviderError({ provider: 'xai', kind, message, providerCode, status, requestId, retryAfterMs })
}
