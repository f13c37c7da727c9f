import { once } from 'node:events'
import type { IncomingMessage, Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { createServer as createTcpServer } from 'node:net'
import type { Duplex } from 'node:stream'
import { afterEach, describe, expect, it } from '@jest/globals'
import type { WebSocket } from 'ws'
import { WebSocketServer } from 'ws'
import { ProviderError } from './errors.ts'
import type { ProviderSocketOptions } from './provider-socket.ts'
import { openProviderSocket } from './provider-socket.ts'

type Seen = { type: 'open' | 'text' | 'binary' | 'error' | 'close'; value: unknown }

const SECRET = 'secret-key-0123456789'
const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

async function serve(onUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void): Promise<string> {
  const server: Server = createServer()
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    // A client that drops the line is what several tests are about.
    socket.on('error', () => {})
  })
  server.on('upgrade', onUpgrade)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanups.push(async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
    await once(server, 'close')
  })
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/listen?token=${SECRET}`
}

const serveWebSocket = (onConnection: (socket: WebSocket, request: IncomingMessage) => void) => {
  const wss = new WebSocketServer({ noServer: true })
  wss.on('headers', (headers) => headers.push('x-request-id: r-1'))
  return serve((request, socket, head) => wss.handleUpgrade(request, socket, head, (ws) => onConnection(ws, request)))
}

const refuseWith = (answer: string) => serve((_request, socket) => socket.end(answer))

/** Opens a socket and collects what it reports; `closed` resolves with everything, one turn after `onClose`. */
function open(url: string, overrides: Partial<ProviderSocketOptions> = {}) {
  const seen: Seen[] = []
  let resolve: (all: Seen[]) => void = () => {}
  const closed = new Promise<Seen[]>((done) => {
    resolve = done
  })
  const socket = openProviderSocket({
    provider: 'acme',
    url,
    headers: { authorization: `Token ${SECRET}` },
    mapHandshakeFailure: (status, headers, body) =>
      new ProviderError({
        provider: 'acme',
        kind: 'rejected',
        status,
        message: `refused ${body.length}`,
        providerCode: headers['x-code'],
      }),
    onOpen: (headers) => seen.push({ type: 'open', value: headers['x-request-id'] }),
    onText: (value) => seen.push({ type: 'text', value }),
    onBinary: (value) => seen.push({ type: 'binary', value }),
    onError: (value) => seen.push({ type: 'error', value }),
    onClose: (code, reason) => {
      seen.push({ type: 'close', value: `${code} ${reason}`.trim() })
      // Late enough that anything wrongly reported after it is seen.
      setTimeout(() => resolve(seen), 20)
    },
    ...overrides,
  })
  cleanups.push(() => socket.destroy())
  return { socket, seen, closed }
}

const errorOf = (seen: Seen[]) => {
  const errors = seen.filter((event) => event.type === 'error').map((event) => event.value as ProviderError)
  expect(errors).toHaveLength(1)
  expect(seen.map((event) => event.type).slice(-2)).toEqual(['error', 'close'])
  expect(JSON.stringify([errors[0]?.message, errors[0]])).not.toContain(SECRET)
  return errors[0] as ProviderError
}

describe('openProviderSocket', () => {
  it('carries headers, text and binary both ways, uncompressed, and closes in order', async () => {
    const url = await serveWebSocket((ws, request) => {
      ws.send(`${request.headers.authorization} ${request.headers['sec-websocket-extensions'] ?? 'plain'}`)
      ws.on('message', (data: Buffer, isBinary) => ws.send(data, { binary: isBinary }))
    })
    let echoed: (value: unknown) => void = () => {}
    const both = new Promise((resolve) => {
      echoed = resolve
    })
    const { socket, seen, closed } = open(url, { onBinary: (data) => echoed(data) })
    expect(socket.isOpen).toBe(false)
    expect(socket.sendText('too early')).toBe(false)
    while (!socket.isOpen) await new Promise((resolve) => setImmediate(resolve))
    expect(socket.sendText('hello')).toBe(true)
    socket.sendBinary(Buffer.from([1, 2, 3]))
    expect(await both).toEqual(Buffer.from([1, 2, 3]))
    socket.close(1000)
    expect(await closed).toEqual([
      { type: 'open', value: 'r-1' },
      { type: 'text', value: `Token ${SECRET} plain` },
      { type: 'text', value: 'hello' },
      { type: 'close', value: '1000' },
    ])
    expect(seen.filter((event) => event.type === 'close')).toHaveLength(1)
    expect(socket.sendText('too late')).toBe(false)
    expect(socket.bufferedBytes).toBe(0)
  })

  it('reports the provider’s close code and reason without an error of its own', async () => {
    const url = await serveWebSocket((ws) => ws.close(1011, 'NET-0001'))
    expect((await open(url).closed).at(-1)).toEqual({ type: 'close', value: '1011 NET-0001' })
  })

  it('hands a refused handshake to the plugin with at most 4 KB of its body', async () => {
    const body = 'x'.repeat(100_000)
    const answer = `HTTP/1.1 401 Unauthorized\r\nX-Code: NO_KEY\r\nContent-Length: ${body.length}\r\n\r\n${body}`
    const error = errorOf(await open(await refuseWith(answer)).closed)
    expect(error).toMatchObject({ kind: 'rejected', status: 401, providerCode: 'NO_KEY', message: 'refused 4096' })
  })

  it('never follows a redirect', async () => {
    let visits = 0
    const elsewhere = await serveWebSocket(() => visits++)
    const answer = `HTTP/1.1 307 Temporary Redirect\r\nLocation: ${elsewhere}\r\nContent-Length: 0\r\n\r\n`
    const error = errorOf(await open(await refuseWith(answer)).closed)
    expect(error).toMatchObject({ kind: 'failed', status: 307 })
    expect(visits).toBe(0)
  })

  it('gives one text for a refused connection, an unknown host and a server that hangs up', async () => {
    const hungUp = await serve((_request, socket) => socket.destroy())
    const failures = await Promise.all(
      ['ws://127.0.0.1:1/', 'ws://no-such-host.invalid/', hungUp].map(async (url) => errorOf(await open(url).closed)),
    )
    expect(failures.map((error) => error.kind)).toEqual(['unreachable', 'unreachable', 'unreachable'])
    expect(new Set(failures.map((error) => error.message)).size).toBe(1)
  })

  it.each([
    ['an answer to the handshake', ''],
    ['the body of a refusal', 'HTTP/1.1 401 Unauthorized\r\nContent-Length: 10\r\n\r\nabc'],
  ])('gives up waiting for %s after connectTimeoutMs', async (_name, answer) => {
    const url = await serve((_request, socket) => socket.write(answer))
    const error = errorOf(await open(url, { connectTimeoutMs: 80 }).closed)
    expect(error.kind).toBe('timeout')
  })

  it.each([
    ['a line break in the key', 'ws://127.0.0.1:1/', { authorization: `Token ${SECRET}\n` }],
    ['an address that is none', `nonsense ${SECRET}`, {}],
  ])('reports %s without throwing and without quoting it', async (_name, url, headers) => {
    expect(errorOf(await open(url, { headers }).closed).kind).toBe('invalid-request')
  })

  it('fails with a timeout when the other side stops reading', async () => {
    const url = await serveWebSocket((ws) => ws.pause())
    const { socket, closed } = open(url, {
      sendTimeoutMs: 100,
      onOpen: () => {
        for (let index = 0; index < 64; index++) socket.sendBinary(Buffer.alloc(1024 * 1024))
      },
    })
    expect(errorOf(await closed).kind).toBe('timeout')
  })

  it('fails with a timeout when the line was lost without a word', async () => {
    const url = await serveWebSocket((ws) => {
      // Alive for one ping, then gone: what this side sends still leaves it.
      ws.once('ping', () => ws.pause())
    })
    const { closed } = open(url, { pingMs: 40 })
    expect(errorOf(await closed).kind).toBe('timeout')
  })

  it('stays with whoever never answers a ping, and with whoever answers them', async () => {
    let pings = 0
    const silent = new WebSocketServer({ noServer: true, autoPong: false })
    const count = (ws: WebSocket) => ws.on('ping', () => ++pings === 10 && ws.close(1000))
    const url = await serve((request, socket, head) => silent.handleUpgrade(request, socket, head, count))
    expect((await open(url, { pingMs: 20 }).closed).map(({ type }) => type)).toEqual(['open', 'close'])
    pings = 0
    const answering = await serveWebSocket((ws) => void count(ws))
    expect((await open(answering, { pingMs: 20 }).closed).map(({ type }) => type)).toEqual(['open', 'close'])
  })

  it('drops the connection when the other side ignores the close frame', async () => {
    const url = await serveWebSocket((ws) => ws.pause())
    const { socket, closed } = open(url, { onOpen: () => socket.close(60) })
    expect(await closed).toEqual([{ type: 'close', value: '1006' }])
  })

  it('closes once when destroyed while connecting and afterwards', async () => {
    const { socket, closed } = open(await serve(() => {}))
    socket.close(1000)
    socket.destroy()
    socket.destroy()
    expect(await closed).toEqual([{ type: 'close', value: '1006' }])
  })

  it('reports a server that does not speak WebSocket after the upgrade as failed', async () => {
    const url = await serveWebSocket((ws) => {
      const raw = (ws as unknown as { _socket: Socket })._socket
      raw.write(Buffer.from([0xff, 0xff, 0xff, 0xff]))
    })
    expect(errorOf(await open(url).closed).kind).toBe('failed')
  })

  it('reports a stranger that is no HTTP server as unreachable', async () => {
    const server = createTcpServer((socket) => socket.on('error', () => {}).end('SSH-2.0-hello\r\n'))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    cleanups.push(() => server.close())
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`
    expect(errorOf(await open(url).closed).kind).toBe('unreachable')
  })
})
