import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { expect } from '@jest/globals'
import { isProviderError } from '../../../src/provider-kit/index.ts'
import type { LlmCapability, LlmEvent, LlmOptions, LlmRequest, ProviderError } from '../../../src/provider-kit/index.ts'

/** Every key of these tests contains this, so that any trace of one is found. */
export const SECRET_MARK = 'T3BlbkFJ'

export type AskOptions = { apiKey: string; origin: string; options?: LlmOptions; request?: Partial<LlmRequest> }

/** Asks a plugin's model one question. */
export const ask = (
  llm: LlmCapability<{ apiKey: string }>,
  { apiKey, origin, options = {}, request = {} }: AskOptions,
): AsyncIterable<LlmEvent> =>
  llm.create({ credentials: { apiKey }, origins: { api: origin } }, options).stream({
    system: 'You are a whale guide.',
    messages: [{ role: 'user', content: 'Tell me about whales.' }],
    signal: new AbortController().signal,
    ...request,
  })

export const collect = async (stream: AsyncIterable<LlmEvent>): Promise<LlmEvent[]> => {
  const events: LlmEvent[] = []
  for await (const event of stream) events.push(event)
  return events
}

export const textOf = (events: readonly LlmEvent[]): string =>
  events.map((event) => (event.type === 'text' ? event.text : '')).join('')

/** The error that a stream ends with; fails where it holds a trace of the key. */
export const failureOf = async (stream: AsyncIterable<LlmEvent>): Promise<ProviderError> => {
  const error: unknown = await collect(stream).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!isProviderError(error)) throw new Error('The stream did not fail with a ProviderError')
  expect(`${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`).not.toContain(SECRET_MARK)
  return error
}

export type RecordedAnswer = { status: number; body: unknown; headers?: Record<string, string> }

/** A server that gives the recorded answer to each path, and 404 to any other. */
export async function serveAnswers(answerTo: (path: string, method: string) => RecordedAnswer | undefined) {
  const seen: { method: string; url: string; headers: Record<string, unknown> }[] = []
  const server = createServer((request, response) => {
    const url = request.url ?? '/'
    seen.push({ method: request.method ?? 'GET', url, headers: request.headers })
    const answer = answerTo(new URL(url, 'http://server').pathname, request.method ?? 'GET')
    const { status, body, headers } = answer ?? { status: 404, body: '' }
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const location = status >= 300 && status < 400 ? { location: 'http://127.0.0.1:9/elsewhere' } : {}
    response.writeHead(status, { 'content-type': 'application/json', ...location, ...headers }).end(text)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
