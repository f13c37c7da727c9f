import { isProviderError, ProviderError } from './errors.ts'
import { fetchAbortably } from './fetch-abortably.ts'

/** Header names in lower case; a header that came several times is joined by `, `. */
export type ResponseHeaders = Readonly<Record<string, string>>

export type RequestJsonOptions = {
  /** Provider id, `deepgram`; names the provider in errors. */
  provider: string
  /** Never repeated in an error, since some providers put keys into queries. */
  url: string
  /** Default `GET`. */
  method?: string
  headers?: Readonly<Record<string, string>>
  /** A string or bytes are sent as they are; anything else as JSON with its content type. */
  body?: unknown
  /** Aborting ends the request as a `timeout`. */
  signal?: AbortSignal
  /** From the call until the last byte of the body, in ms. Default 8,000. */
  timeoutMs?: number
  /** Upper bound of the decoded body. Default 1 MiB. */
  maxBytes?: number
  fetch?: typeof globalThis.fetch
}

export type JsonResponse = {
  status: number
  headers: ResponseHeaders
  /** Undefined where the body is not JSON. */
  json: unknown
  text: string
}

/**
 * One bounded HTTP request to a provider. An HTTP status of 400 or more is an answer, not an error: callers map it.
 * @throws ProviderError `unreachable` (no connection, DNS, TLS, broken off), `timeout`, `failed` (redirect, body above
 *   `maxBytes`), `invalid-request` (address or header that cannot be sent). No error quotes the address or a header.
 */
export async function requestJson(options: RequestJsonOptions): Promise<JsonResponse> {
  const { provider, method = 'GET', timeoutMs = 8000, maxBytes = 1024 * 1024, fetch = fetchAbortably } = options
  const request = buildRequest(options)
  const controller = new AbortController()
  const abort = () => controller.abort()
  const timer = setTimeout(abort, timeoutMs)
  options.signal?.addEventListener('abort', abort, { once: true })
  if (options.signal?.aborted) abort()
  try {
    const response = await fetch(request.url, {
      method,
      headers: request.headers,
      body: request.body,
      redirect: 'manual',
      signal: controller.signal,
    })
    if (response.status >= 300 && response.status < 400) throw redirectError(provider, response.status)
    const { text, isCut } = await readBounded(response.body ?? [], maxBytes)
    if (isCut) throw tooLargeError(provider, response.status)
    return { status: response.status, headers: flattenHeaders(response.headers), json: parseJson(text), text }
  } catch (error) {
    if (isProviderError(error)) throw error
    throw controller.signal.aborted ? timeoutError(provider) : unreachableError(provider)
  } finally {
    clearTimeout(timer)
    options.signal?.removeEventListener('abort', abort)
    // Frees the connection where the body was left unread.
    controller.abort()
  }
}

function buildRequest({ provider, url, headers, body }: RequestJsonOptions) {
  try {
    const isJson = body !== undefined && typeof body !== 'string' && !(body instanceof Uint8Array)
    const sent = new Headers(isJson ? { 'content-type': 'application/json' } : undefined)
    for (const [name, value] of Object.entries(headers ?? {})) sent.set(name, value)
    return {
      url: new URL(url),
      headers: sent,
      body: isJson ? JSON.stringify(body) : (body as string | Uint8Array<ArrayBuffer>),
    }
  } catch {
    // The library's own error would quote the value, which may be the key.
    throw new ProviderError({
      provider,
      kind: 'invalid-request',
      message:
        'The request to the provider could not be made: its address or the key holds characters that cannot be sent.',
    })
  }
}

/**
 * Reads a body up to `maxBytes` and drops the rest.
 * @param body a web stream or a Node stream
 */
export async function readBounded(
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array> | ReadableStream<Uint8Array>,
  maxBytes: number,
): Promise<{ text: string; isCut: boolean }> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes > maxBytes) break
  }
  const isCut = bytes > maxBytes
  return { text: Buffer.concat(chunks).subarray(0, maxBytes).toString('utf8'), isCut }
}

/** Brings headers of any source into one plain record. */
export function flattenHeaders(headers: Iterable<readonly [string, string | string[] | undefined]>): ResponseHeaders {
  const flat: Record<string, string> = {}
  for (const [name, value] of headers) {
    if (value === undefined) continue
    const text = Array.isArray(value) ? value.join(', ') : value
    const key = name.toLowerCase()
    flat[key] = key in flat ? `${flat[key]}, ${text}` : text
  }
  return flat
}

/** Nobody is waited for longer, in ms. */
const LONGEST_WAIT_MS = 24 * 60 * 60 * 1000

/**
 * How long an answer asks to wait before the next request, in ms; undefined where it does not say.
 * Source: https://www.rfc-editor.org/rfc/rfc9110#name-retry-after
 */
export function readRetryAfter(headers: ResponseHeaders, now = Date.now()): number | undefined {
  const value = headers['retry-after']?.trim() ?? ''
  const waitMs = /^\d{1,9}(\.\d{1,3})?$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now
  return Number.isFinite(waitMs) && waitMs > 0 ? Math.min(Math.ceil(waitMs), LONGEST_WAIT_MS) : undefined
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The one error for every failure of the network, so that a network's layout cannot be read from the answers. */
export const unreachableError = (provider: string) =>
  new ProviderError({ provider, kind: 'unreachable', message: 'The provider could not be reached.' })

/** A deadline of ours ran out. */
export const timeoutError = (provider: string) =>
  new ProviderError({ provider, kind: 'timeout', message: 'The provider did not answer in time.' })

/** Redirects are refused: following one would carry the key to another origin. */
export const redirectError = (provider: string, status: number) =>
  new ProviderError({
    provider,
    kind: 'failed',
    status,
    message: 'The provider answered with a redirect, which is not followed.',
  })

const tooLargeError = (provider: string, status: number) =>
  new ProviderError({ provider, kind: 'failed', status, message: 'The provider sent an answer larger than expected.' })
