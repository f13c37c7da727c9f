import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from '@jest/globals'
import type { ProviderError } from './errors.ts'
import { isProviderError } from './errors.ts'
import type { RequestJsonOptions } from './http.ts'
import { readRetryAfter, requestJson } from './http.ts'

const SECRET = 'secret-key-0123456789'
const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

async function serve(handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(handle)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanups.push(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1?key=${SECRET}`
}

async function failureOf(options: Omit<RequestJsonOptions, 'provider'>): Promise<ProviderError> {
  const error = await requestJson({ provider: 'acme', ...options }).then(
    () => expect('a failure').toBe('an answer'),
    (reason: unknown) => reason,
  )
  expect(isProviderError(error)).toBe(true)
  expect(`${(error as Error).stack} ${JSON.stringify(error)}`).not.toContain(SECRET)
  return error as ProviderError
}

describe('requestJson', () => {
  it('sends method, headers and a JSON body, and returns status, headers and JSON', async () => {
    const url = await serve(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      response.setHeader('X-Seen', [request.method as string, 'twice'])
      response.statusCode = 402
      const { authorization, 'content-type': type } = request.headers
      response.end(JSON.stringify({ authorization, type, body }))
    })
    const answer = await requestJson({
      provider: 'acme',
      url,
      method: 'POST',
      headers: { Authorization: 'Token t' },
      body: { a: 'ü' },
    })
    expect(answer.status).toBe(402)
    expect(answer.headers['x-seen']).toBe('POST, twice')
    expect(answer.json).toEqual({ authorization: 'Token t', type: 'application/json', body: '{"a":"ü"}' })
  })

  it('returns text with json undefined where the body is not JSON', async () => {
    const url = await serve((_request, response) => response.end('<html>'))
    expect(await requestJson({ provider: 'acme', url })).toMatchObject({ json: undefined, text: '<html>', status: 200 })
  })

  it('refuses redirects without visiting their target', async () => {
    const visited: string[] = []
    const url = await serve((request, response) => {
      visited.push(request.url as string)
      response.writeHead(302, { Location: '/elsewhere' }).end()
    })
    expect(await failureOf({ url })).toMatchObject({ kind: 'failed', status: 302 })
    expect(visited).toHaveLength(1)
  })

  it('stops reading a body above maxBytes', async () => {
    const url = await serve((_request, response) => {
      const pump = () => {
        while (!response.destroyed && response.write(Buffer.alloc(64 * 1024)));
      }
      response.on('drain', pump)
      pump()
    })
    expect((await failureOf({ url, maxBytes: 100_000 })).kind).toBe('failed')
  })

  it('accepts a body of exactly maxBytes', async () => {
    const url = await serve((_request, response) => response.end('12345'))
    expect((await requestJson({ provider: 'acme', url, maxBytes: 5 })).json).toBe(12345)
    expect((await failureOf({ url, maxBytes: 4 })).kind).toBe('failed')
  })

  it('gives one text for every failure of the network', async () => {
    const hungUp = await serve((request) => request.socket.destroy())
    const brokenOff = await serve((request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{"a":', () => request.socket.destroy())
    })
    const urls = ['http://127.0.0.1:1/', 'http://no-such-host.invalid/', hungUp, brokenOff]
    const failures = await Promise.all(urls.map((url) => failureOf({ url })))
    expect(failures.map((error) => error.kind)).toEqual(urls.map(() => 'unreachable'))
    expect(new Set(failures.map((error) => error.message)).size).toBe(1)
  })

  it.each([
    ['headers', (_response: ServerResponse) => {}],
    ['the rest of a body', (response: ServerResponse) => response.writeHead(200).write('{')],
  ])('times out waiting for %s', async (_name, answer) => {
    const url = await serve((_request, response) => void answer(response))
    expect((await failureOf({ url, timeoutMs: 60 })).kind).toBe('timeout')
  })

  it('ends as a timeout when the caller’s signal aborts, before or during the request', async () => {
    const controller = new AbortController()
    const url = await serve(() => controller.abort())
    expect((await failureOf({ url, signal: controller.signal })).kind).toBe('timeout')
    expect((await failureOf({ url, signal: AbortSignal.abort() })).kind).toBe('timeout')
  })

  it('does not quote a key that cannot be sent as a header', async () => {
    const failure = await failureOf({
      url: 'http://127.0.0.1:1/',
      headers: { authorization: `Token ${SECRET}\n\n x\u0000` },
    })
    expect(failure.kind).toBe('invalid-request')
  })
})

describe('how long a provider asks to wait', () => {
  const now = Date.parse('2026-05-01T10:00:00Z')

  it.each([
    ['30', 30_000],
    ['0.5', 500],
    ['Fri, 01 May 2026 10:02:00 GMT', 120_000],
    ['999999999', 24 * 60 * 60 * 1000],
  ])('should be read from Retry-After: %s', (value, waitMs) => {
    expect(readRetryAfter({ 'retry-after': value }, now)).toBe(waitMs)
  })

  it.each(['', '0', '-5', 'soon', 'Fri, 01 May 2026 09:00:00 GMT'])('should be nothing for %p', (value) => {
    expect(readRetryAfter({ 'retry-after': value }, now)).toBeUndefined()
  })

  it('should be nothing where the header is missing', () => expect(readRetryAfter({}, now)).toBeUndefined())
})
