/**
 * What went wrong at a provider, in terms that callers act on.
 * - `rejected`: the key is wrong, revoked or disabled
 * - `limited`: the key is good but lacks a permission
 * - `out-of-credit`: the account has no credit or quota left
 * - `rate-limited`: too many requests or concurrent sessions; the key stays good
 * - `unreachable`: no connection, DNS, TLS or HTTP 5xx
 * - `timeout`: a deadline of ours ran out
 * - `invalid-request`: the provider refused a parameter (model, voice, format)
 * - `closed`: the provider closed a stream that should have gone on
 * - `failed`: anything else the provider names as its own failure
 */
export type ProviderErrorKind =
  | 'rejected'
  | 'limited'
  | 'out-of-credit'
  | 'rate-limited'
  | 'unreachable'
  | 'timeout'
  | 'invalid-request'
  | 'closed'
  | 'failed'

const MARKER = Symbol.for('patchbay.provider-error')

/** Ids of requests are one word; anything longer may be a text that repeats what was sent, and is not taken over. */
export const asRequestId = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[\w.:+/=-]{1,128}$/.test(value) ? value : undefined

type ProviderErrorOptions = {
  /** Provider id, `deepgram`. */
  provider: string
  kind: ProviderErrorKind
  /** A sentence for a person. Never contains text that the provider echoed back unless it was scrubbed. */
  message: string
  /** The provider's own code, `INVALID_AUTH`. */
  providerCode?: string
  /** HTTP status or WebSocket close code. */
  status?: number
  /** The provider's id of the request, for its support; left out where it is not one word. */
  requestId?: string
  /** How long the provider asks to wait before the next request, in ms. */
  retryAfterMs?: number
}

/** A provider's failure. Told apart by a marker (`isProviderError`), because two module graphs live in one process. */
export class ProviderError extends Error {
  readonly [MARKER] = true
  readonly provider: string
  readonly kind: ProviderErrorKind
  readonly providerCode?: string
  readonly status?: number
  readonly requestId?: string
  readonly retryAfterMs?: number

  constructor(options: ProviderErrorOptions) {
    super(options.message)
    this.name = 'ProviderError'
    this.provider = options.provider
    this.kind = options.kind
    this.providerCode = options.providerCode
    this.status = options.status
    this.requestId = asRequestId(options.requestId)
    this.retryAfterMs = options.retryAfterMs
  }
}

export const isProviderError = (error: unknown): error is ProviderError =>
  typeof error === 'object' && error !== null && (error as Record<symbol, unknown>)[MARKER] === true
