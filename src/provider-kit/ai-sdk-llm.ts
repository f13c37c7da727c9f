import type { LanguageModel } from 'ai'
import { toPrompt, toTools } from './ai-sdk-prompt.ts'
import { createToolCallReader } from './ai-sdk-tool-calls.ts'
import { ProviderError, isProviderError } from './errors.ts'
import { fetchAbortably } from './fetch-abortably.ts'
import type { Llm, LlmEvent, LlmOptions, LlmRequest, LlmUsage } from './llm.ts'

/** A model object of an AI SDK provider package (provider specification v3, the `ai` 6 line). */
export type AiSdkModel = Extract<LanguageModel, { specificationVersion: 'v3' }>

export type CallOptions = Parameters<AiSdkModel['doStream']>[0]
type StreamResult = Awaited<ReturnType<AiSdkModel['doStream']>>
export type StreamPart = StreamResult['stream'] extends ReadableStream<infer Part> ? Part : never
type FinishPart = Extract<StreamPart, { type: 'finish' }>
type Warning = Extract<StreamPart, { type: 'stream-start' }>['warnings'][number]

/** A provider's refusal as its error mapper sees it. */
export type LlmFailure = {
  /** HTTP status; absent where there was no HTTP answer, or where the failure came inside a running stream. */
  status?: number
  /** The parsed JSON body, or the error object of a running stream. May echo the key: never put its text into a message. */
  body: unknown
  requestId?: string
  /** True when there was no HTTP answer. */
  unreachable: boolean
}

export type AiSdkLlmSettings = {
  /** Provider id, `openai`. */
  provider: string
  /** The provider's name as a person reads it, `OpenAI`. */
  providerName: string
  model: AiSdkModel
  options: LlmOptions
  /** Turns a refusal into the error that callers act on. Must not copy the provider's text. */
  mapError(failure: LlmFailure): ProviderError
  /** Options of the AI SDK's provider, by provider id. */
  providerOptions?: CallOptions['providerOptions']
  /** What the plugin itself left out or changed; told with the AI SDK's own warnings. */
  warnings?: readonly string[]
  /** Header of the answer that names the request, in small letters. Empty: no id is taken over. */
  requestIdHeader?: string
  /** Longest wait for the first piece of the answer, in ms. */
  firstPieceMs?: number
  /** Longest wait between two pieces, in ms. */
  nextPieceMs?: number
}

const toUsage = ({ inputTokens, outputTokens }: FinishPart['usage']): LlmUsage => ({
  inputTokens: inputTokens.total ?? 0,
  cachedInputTokens: inputTokens.cacheRead ?? 0,
  outputTokens: outputTokens.total ?? 0,
})

const toWarning = (warning: Warning): string => {
  if (warning.type === 'other') return warning.message
  return warning.details ?? `${warning.feature} is not supported by the model.`
}

const PIECES: readonly StreamPart['type'][] = ['text-delta', 'reasoning-delta', 'tool-input-delta', 'tool-call']

/** Whether a part shows that the provider goes on with its answer. */
const isPieceOfAnswer = (part: StreamPart): boolean => PIECES.includes(part.type)

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined

const parseJson = (text: unknown): unknown => {
  if (typeof text !== 'string') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Reads the AI SDK's `APICallError` by its fields, because its class may come from another copy of the package. */
const toFailure = (error: unknown, requestIdHeader: string): LlmFailure | undefined => {
  if (field(error, 'name') !== 'AI_APICallError') return undefined
  const status = field(error, 'statusCode')
  const requestId = field(field(error, 'responseHeaders'), requestIdHeader)
  return {
    status: typeof status === 'number' ? status : undefined,
    body: parseJson(field(error, 'responseBody')) ?? field(error, 'data'),
    requestId: typeof requestId === 'string' ? requestId : undefined,
    unreachable: status === undefined,
  }
}

/** Ends a stream's wait by abort or deadline, and tells afterwards which it was. */
const createGuard = (signal: AbortSignal) => {
  const controller = new AbortController()
  let timedOut = false
  let timer: NodeJS.Timeout | undefined
  const abort = () => controller.abort()
  const pause = () => clearTimeout(timer)
  signal.addEventListener('abort', abort, { once: true })
  return {
    signal: controller.signal,
    /** Starts the wait for the next piece. */
    arm(ms: number) {
      pause()
      timer = setTimeout(() => {
        timedOut = true
        controller.abort()
      }, ms)
    },
    /** Stops the clock while the consumer is at work: its time is not the provider's. */
    pause,
    timedOut: () => timedOut,
    release() {
      pause()
      signal.removeEventListener('abort', abort)
      controller.abort()
    },
  }
}

/** `fetch` for the AI SDK's providers: a redirect fails, because following it would carry the key to another origin. */
export const fetchWithoutRedirect: typeof globalThis.fetch = (input, init) =>
  fetchAbortably(input, { ...init, redirect: 'error' })

/**
 * A language model on top of any AI SDK provider, as every LLM plugin uses it. The model's own `doStream` is called
 * rather than `streamText`: for a 40-token answer `streamText` was measured at 6 to 7 ms of CPU and `doStream` at 3.4 ms,
 * and nothing of what it adds (tool loop, retries, telemetry) is wanted on a live call.
 * The stream throws `ProviderError` when the provider refuses, stalls or breaks off; aborting ends it without an error.
 */
export const createAiSdkLlm = (settings: AiSdkLlmSettings): Llm => {
  const { provider, providerName, model, options, mapError, providerOptions } = settings
  const { requestIdHeader = 'x-request-id', firstPieceMs = 15_000, nextPieceMs = 8_000 } = settings

  const brokenOff = (requestId?: string) =>
    new ProviderError({ provider, kind: 'closed', message: `${providerName} broke off its answer.`, requestId })

  const toError = ({ error, hasAnswer, requestId }: { error: unknown; hasAnswer: boolean; requestId?: string }) => {
    if (isProviderError(error)) return error
    if (hasAnswer) return brokenOff(requestId)
    // What is not an answer of the provider (a redirect, a key that no header can carry) may quote the key: dropped.
    return mapError(toFailure(error, requestIdHeader) ?? { body: undefined, unreachable: true })
  }

  const timeout = (requestId?: string) =>
    new ProviderError({
      provider,
      kind: 'timeout',
      message: `${providerName} did not go on with its answer in time.`,
      requestId,
    })

  async function* stream(request: LlmRequest): AsyncGenerator<LlmEvent> {
    const { signal, onWarning } = request
    if (signal.aborted) return
    const guard = createGuard(signal)
    const toolCalls = createToolCallReader()
    let requestId: string | undefined
    let hasAnswer = false
    try {
      guard.arm(firstPieceMs)
      const result = await model.doStream({
        prompt: toPrompt(request),
        ...toTools(request),
        temperature: options.temperature,
        maxOutputTokens: options.maxTokens,
        abortSignal: guard.signal,
        providerOptions,
      })
      hasAnswer = true
      requestId = result.response?.headers?.[requestIdHeader]
      const reader = result.stream.getReader()
      for (;;) {
        const { done, value: part } = await reader.read()
        if (signal.aborted) return
        if (done) throw brokenOff(requestId)
        const toolCall = toolCalls.read(part)
        if (part.type === 'stream-start') {
          for (const text of [...(settings.warnings ?? []), ...part.warnings.map(toWarning)]) onWarning?.(text)
        } else if (isPieceOfAnswer(part)) {
          guard.pause()
          if (part.type === 'text-delta' && part.delta !== '') yield { type: 'text', text: part.delta }
          if (toolCall) yield { type: 'tool-call', ...toolCall }
          if (signal.aborted) return
          guard.arm(nextPieceMs)
        } else if (part.type === 'error') {
          if (isMissingReason(part.error)) throw brokenOff(requestId)
          throw toStreamError({ settings, error: part.error, requestId })
        } else if (part.type === 'finish') {
          // Without the provider's own reason the connection closed in mid-answer.
          if (part.finishReason.raw === undefined) throw brokenOff(requestId)
          guard.pause()
          yield { type: 'finish', reason: part.finishReason.unified, usage: toUsage(part.usage), requestId }
          return
        }
      }
    } catch (error) {
      if (signal.aborted) return
      if (guard.timedOut()) throw timeout(requestId)
      throw toError({ error, hasAnswer, requestId })
    } finally {
      guard.release()
    }
  }

  return { stream }
}

/** What `@ai-sdk/openai-compatible` makes of a stream that ended without a reason. */
const isMissingReason = (error: unknown): boolean =>
  field(error, 'name') === 'AI_InvalidResponseDataError' && field(error, 'data') === undefined

type StreamFailure = { settings: AiSdkLlmSettings; error: unknown; requestId?: string }

/** An error inside a running stream: either the provider's own error object, or something that could not be read. */
const toStreamError = ({ settings, error, requestId }: StreamFailure): ProviderError => {
  const { provider, providerName, mapError, requestIdHeader = 'x-request-id' } = settings
  const name = field(error, 'name')
  // Some of the AI SDK's providers wrap the provider's error as they do a refusal, or know no error in a stream at all.
  const refusal = toFailure(error, requestIdHeader)
  if (refusal) return mapError({ ...refusal, requestId, unreachable: false })
  if (name === 'AI_TypeValidationError' && field(field(error, 'value'), 'error') !== undefined) {
    return mapError({ body: field(error, 'value'), requestId, unreachable: false })
  }
  if (typeof name === 'string' && name.startsWith('AI_')) {
    const message = `${providerName} sent something that is not part of its protocol.`
    return new ProviderError({ provider, kind: 'failed', message, requestId })
  }
  return mapError({ body: { error }, requestId, unreachable: false })
}
