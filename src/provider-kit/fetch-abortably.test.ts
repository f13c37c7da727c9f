import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, describe, expect, it } from '@jest/globals'
import { fetchAbortably } from './fetch-abortably.ts'
import { requestJson } from './http.ts'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

/** A server that sends a head and one piece, and then says nothing more. */
async function serveStalled(): Promise<{ url: string; response: Promise<ServerResponse> }> {
  const server = createServer((_request, response) => response.writeHead(200, { 'x-id': '7' }).write('first'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanups.push(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  const response = once(server, 'request').then(([, answer]) => answer as ServerResponse)
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, response }
}

/** Long enough for what nobody holds to be collected. */
async function forget(): Promise<void> {
  for (let round = 0; round < 3; round++) {
    await new Promise(setImmediate)
    collectGarbage()
  }
}

describe('fetchAbortably', () => {
  it('should end a stalled body, and its connection, after the garbage collector ran', async () => {
    const { url, response } = await serveStalled()
    const controller = new AbortController()
    const answer = await fetchAbortably(url, { signal: controller.signal, redirect: 'error' })
    expect([answer.status, answer.headers.get('x-id')]).toEqual([200, '7'])
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader()
    expect(Buffer.from((await reader.read()).value as Uint8Array).toString()).toBe('first')
    const closed = once(await response, 'close')
    const rest = expect(reader.read()).rejects.toMatchObject({ name: 'AbortError' })
    await forget()
    controller.abort()
    await Promise.all([rest, closed])
  })

  it('should close the connection of a body that its reader gives up', async () => {
    const { url, response } = await serveStalled()
    const answer = await fetchAbortably(url, { signal: new AbortController().signal })
    const closed = once(await response, 'close')
    await forget()
    await answer.body?.cancel()
    await closed
  })

  it('should let requestJson keep its deadline while a body stalls', async () => {
    const { url, response } = await serveStalled()
    const closed = response.then((answer) => once(answer, 'close'))
    const waiting = expect(requestJson({ provider: 'acme', url, timeoutMs: 300 })).rejects.toMatchObject({
      kind: 'timeout',
    })
    await response
    // The head must have arrived: from there on the signal is held weakly.
    for (let round = 0; round < 20; round++) await forget()
    await Promise.all([waiting, closed])
  })
})
