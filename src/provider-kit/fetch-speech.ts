import { isProviderError, ProviderError } from './errors.ts'
import { fetchAbortably } from './fetch-abortably.ts'
import { flattenHeaders, readBounded, readRetryAfter, redirectError, timeoutError, unreachableError } from './http.ts'

/** What a provider is asked for one piece of text. */
export type SpeechRequest = {
  /** Never repeated in an error. */
  url: string
  headers: Readonly<Record<string, string>>
  /** Sent as JSON. */
  body: unknown
}

/** A refusal as the plugin's error mapper sees it. */
export type SpeechFailure = {
  status: number
  /** The parsed JSON body, at most 4 KB of it. May echo the key: never put its text into a message. */
  body: unknown
  requestId?: string
  retryAfterMs?: number
}

export type FetchSpeechOptions = {
  /** Provider id, `openai`. */
  provider: string
  /** The provider's name as a person reads it, `OpenAI`. */
  providerName: string
  request: SpeechRequest
  signal: AbortSignal
  /** Longest wait for the first byte of audio, and for each further one, in ms. */
  firstByteMs: number
  nextBytesMs: number
  /** Upper bound of the audio, in bytes. */
  maxBytes: number
  requestIdHeader: string
  mapError(failure: SpeechFailure): ProviderError
  fetch?: typeof globalThis.fetch
}

const MAX_REFUSAL_BYTES = 4096

/** Answers that are no headerless samples: played as such they would be noise in the caller's ear. */
const NO_SAMPLES = /json|text|html|mpeg|mp3|wav|ogg|opus|flac|aac|mp4|webm/i

/**
 * Asks for one piece of speech and yields its bytes as they come.
 * @throws ProviderError (from the iteration) when the provider refuses, stalls, breaks off or sends no samples; ends
 *   without an error once `signal` is aborted
 */
export async function* fetchSpeech(options: FetchSpeechOptions): AsyncGenerator<Uint8Array> {
  const {
    provider,
    providerName,
    request,
    signal,
    firstByteMs,
    nextBytesMs,
    maxBytes,
    fetch = fetchAbortably,
  } = options
  const controller = new AbortController()
  const abort = () => controller.abort()
  let timer: NodeJS.Timeout | undefined
  let hasTimedOut = false
  const arm = (ms: number) => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      hasTimedOut = true
      abort()
    }, ms)
  }
  signal.addEventListener('abort', abort, { once: true })
  if (signal.aborted) abort()
  let hasAnswer = false
  try {
    arm(firstByteMs)
    const response = await fetch(request.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...request.headers },
      body: JSON.stringify(request.body),
      redirect: 'manual',
      signal: controller.signal,
    })
    await checkAnswer(response, options)
    hasAnswer = true
    let bytes = 0
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      if (signal.aborted) return
      bytes += chunk.length
      if (bytes > maxBytes) throw failedError(provider, `${providerName} sent more audio than the text can hold.`)
      clearTimeout(timer)
      if (chunk.length > 0) yield chunk
      arm(nextBytesMs)
    }
    if (signal.aborted) return
    if (bytes === 0) throw failedError(provider, `${providerName} spoke none of a text.`)
  } catch (error) {
    if (signal.aborted) return
    throw toError({ provider, providerName, error, hasAnswer, hasTimedOut })
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', abort)
    // Frees the connection where the body was left unread.
    abort()
  }
}

async function checkAnswer(response: Response, options: FetchSpeechOptions): Promise<void> {
  const { provider, providerName, requestIdHeader, mapError } = options
  const { status } = response
  if (status >= 300 && status < 400) throw redirectError(provider, status)
  const headers = flattenHeaders(response.headers)
  if (status >= 400) {
    const { text } = await readBounded(response.body ?? [], MAX_REFUSAL_BYTES)
    const retryAfterMs = readRetryAfter(headers)
    throw mapError({ status, body: parseJson(text), requestId: headers[requestIdHeader], retryAfterMs })
  }
  if (NO_SAMPLES.test(headers['content-type'] ?? '')) {
    throw failedError(provider, `${providerName} answered with something other than headerless samples.`)
  }
}

type Breakdown = { provider: string; providerName: string; error: unknown; hasAnswer: boolean; hasTimedOut: boolean }

function toError({ provider, providerName, error, hasAnswer, hasTimedOut }: Breakdown): unknown {
  if (hasTimedOut) return timeoutError(provider)
  if (isProviderError(error)) return error
  if (!hasAnswer) return unreachableError(provider)
  return new ProviderError({ provider, kind: 'closed', message: `${providerName} broke off its speech.` })
}

const failedError = (provider: string, message: string) => new ProviderError({ provider, kind: 'failed', message })

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
