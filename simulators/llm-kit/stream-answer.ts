import type { ServerResponse } from 'node:http'

/** What can go wrong inside a streamed answer. `close` drops the connection, `end` ends it in order but too early. */
export const STREAM_FAULTS = [
  'stall-before-first-token',
  'stall-after-first-token',
  'close-mid-stream',
  'end-mid-stream',
  'malformed-sse',
  'error-mid-stream',
] as const
export type StreamFault = (typeof STREAM_FAULTS)[number]

export type StreamLatencies = {
  /** From the request until the first token, in ms. */
  firstTokenMs: number
  /** From one token to the next, in ms. */
  perTokenMs: number
}

/** A provider's way to write an answer: each entry is one or more server-sent events as they go over the wire. */
export type AnswerFrames = {
  /** Sent at once. */
  opening: readonly string[]
  token(text: string, index: number): string
  closing: readonly string[]
  /** The provider's own error inside a running stream. */
  error: string
  /** An event whose JSON breaks off. */
  malformed: string
}

type StreamAnswerOptions = {
  response: ServerResponse
  tokens: readonly string[]
  frames: AnswerFrames
  latencies: StreamLatencies
  fault?: StreamFault
  /** After each token that was written. */
  onToken(): void
  /** Before the stream is broken off; a stall ends only when the client goes away. */
  onFault(): void
}

/** Pieces of text such as a model's tokens are: a word with the blank before it. */
export const toTokens = (text: string): string[] => text.match(/\s*\S+|\s+$/g) ?? []

/** One server-sent event. */
export const toEvent = (data: unknown, name?: string): string =>
  `${name === undefined ? '' : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`

/** Streams an answer token by token; ends by itself when the client goes away. */
export function streamAnswer(options: StreamAnswerOptions): void {
  const { response, tokens, frames, latencies, fault, onToken, onFault } = options
  let next = 0
  let timer: NodeJS.Timeout | undefined

  /** True when the fault has its turn now: nothing more is sent. */
  const breakOff = (): boolean => {
    if (fault === 'stall-before-first-token') return true
    if (fault === undefined || next === 0) return false
    if (fault === 'stall-after-first-token') return true
    if (fault !== 'malformed-sse' && fault !== 'error-mid-stream' && next < tokens.length / 2) return false
    onFault()
    if (fault === 'close-mid-stream') response.destroy()
    if (fault === 'end-mid-stream') response.end()
    if (fault === 'malformed-sse') response.end(frames.malformed)
    if (fault === 'error-mid-stream') response.end(frames.error)
    return true
  }
  const step = () => {
    if (breakOff()) return
    const token = tokens[next]
    if (token === undefined) {
      response.end(frames.closing.join(''))
      return
    }
    response.write(frames.token(token, next))
    next++
    onToken()
    timer = setTimeout(step, latencies.perTokenMs)
  }

  response.on('close', () => clearTimeout(timer))
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' })
  response.write(frames.opening.join(''))
  timer = setTimeout(step, latencies.firstTokenMs)
}
