import type { ServerResponse } from 'node:http'
import type { WrittenCall } from '../llm-kit/script-tools.ts'
import { serverError, toErrorBody } from './api-error.ts'

/** What can go wrong inside a streamed answer. */
export type StreamFault =
  | 'stall-before-first-token'
  | 'stall-after-first-token'
  | 'close-mid-stream'
  /** Ends in order, without a reason and without `[DONE]`. */
  | 'end-mid-stream'
  | 'malformed-sse'
  | 'error-mid-stream'

export type StreamLatencies = {
  /** From the request until the first token, in ms. */
  firstTokenMs: number
  /** From one token to the next, in ms. */
  perTokenMs: number
}

/** Pieces of text such as a model's tokens are: a word with the blank before it. */
export const toTokens = (text: string): string[] => text.match(/\s*\S+|\s+$/g) ?? []

export type Usage = {
  prompt_tokens: number
  completion_tokens: number
  total_tokens: number
  prompt_tokens_details: { cached_tokens: number; audio_tokens: number }
  completion_tokens_details: { reasoning_tokens: number; audio_tokens: number }
}

type ChatStreamOptions = {
  response: ServerResponse
  id: string
  model: string
  tokens: readonly string[]
  /** Streamed after the tokens. */
  calls: readonly WrittenCall[]
  finishReason: 'stop' | 'length' | 'tool_calls'
  /** Sent as the last chunk where the request asked for it. */
  usage?: Usage
  latencies: StreamLatencies
  fault?: StreamFault
  /** After each token that was written. */
  onToken(): void
  /** Before the stream is broken off; a stall ends only when the client goes away. */
  onFault(): void
}

/**
 * Streams an answer as server-sent events, token by token; ends by itself when the client goes away.
 * Source: https://github.com/openai/openai-openapi (openapi.yaml, `CreateChatCompletionStreamResponse`)
 */
export function streamChat({
  response,
  id,
  model,
  tokens,
  calls,
  finishReason,
  usage,
  latencies,
  fault,
  onToken,
  onFault,
}: ChatStreamOptions): void {
  const created = Math.floor(Date.now() / 1000)
  const head = `"id":"${id}","object":"chat.completion.chunk","created":${created},"model":${JSON.stringify(model)}`
  const rest = usage ? ',"usage":null' : ''
  const write = (delta: string, reason: string) =>
    response.write(
      `data: {${head},"choices":[{"index":0,"delta":${delta},"logprobs":null,"finish_reason":${reason}}]${rest}}\n\n`,
    )

  let next = 0
  let timer: NodeJS.Timeout | undefined
  /** Id and name stand in the first piece alone. */
  const writeCall = ({ id: callId, name, pieces }: WrittenCall, index: number) => {
    const opening = { index, id: callId, type: 'function', function: { name, arguments: '' } }
    write(JSON.stringify({ tool_calls: [opening] }), 'null')
    for (const piece of pieces) {
      write(JSON.stringify({ tool_calls: [{ index, function: { arguments: piece } }] }), 'null')
    }
  }
  const end = () => {
    for (const [index, call] of calls.entries()) writeCall(call, index)
    write('{}', `"${finishReason}"`)
    if (usage) response.write(`data: {${head},"choices":[],"usage":${JSON.stringify(usage)}}\n\n`)
    response.end('data: [DONE]\n\n')
  }
  /** True when the fault has its turn now: nothing more is sent. */
  const breakOff = (): boolean => {
    if (fault === 'stall-before-first-token') return true
    if (fault === undefined || next === 0) return false
    if (fault === 'stall-after-first-token') return true
    const isCut = fault === 'close-mid-stream' || fault === 'end-mid-stream'
    if (isCut && next < tokens.length / 2) return false
    onFault()
    if (fault === 'close-mid-stream') response.destroy()
    if (fault === 'end-mid-stream') response.end()
    if (fault === 'malformed-sse') response.end('data: {"id":"chatcmpl-broken","choices":[{"index":0,"del\n\n')
    if (fault === 'error-mid-stream') response.end(`data: ${JSON.stringify(toErrorBody(serverError))}\n\n`)
    return true
  }
  const step = () => {
    if (breakOff()) return
    if (next >= tokens.length) return end()
    write(`{"content":${JSON.stringify(tokens[next])}}`, 'null')
    next++
    onToken()
    timer = setTimeout(step, latencies.perTokenMs)
  }

  response.on('close', () => clearTimeout(timer))
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' })
  write('{"role":"assistant","content":"","refusal":null}', 'null')
  timer = setTimeout(step, latencies.firstTokenMs)
}
