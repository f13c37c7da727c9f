import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import { echoBody, echoOf, GOOD_GREETING, goodBody } from './hostile-bodies.ts'

/**
 * How the hostile provider treats whoever asks.
 * - `accept`: as a provider with a good key does
 * - `echo`: repeats the request in status text, headers and body, in every writing, with the given status
 * - `redirect`: to `location`, with the given status; `{query}` in it is the query of the request
 * - `silent`: never answers; `drip`: one byte every 100 ms, for ever; `cut`: breaks off within the body; `reset`: before
 *   any answer
 * - `huge`: an answer without end
 * - `replay`: a recorded answer
 */
export type HostileBehaviour =
  | { kind: 'accept' | 'silent' | 'drip' | 'cut' | 'reset' | 'huge' }
  | { kind: 'echo'; status: number }
  | { kind: 'redirect'; status: number; location: string }
  | { kind: 'replay'; status: number; body: unknown; headers?: Record<string, string> }

export type HostileProvider = {
  /** Its origin, for `<PROVIDER>_BASE_URL`. */
  url: string
  behaviour: HostileBehaviour
  /** How it treats a request with that text in it, before `behaviour` is asked. */
  readonly behaviourFor: Map<string, HostileBehaviour>
  /** Everything that arrived, each request as one text: first line, headers, body. */
  readonly requests: string[]
  /** Bytes that it has sent of endless answers. */
  readonly bytesSent: number
  /** How many of its sockets are open. */
  connections(): Promise<number>
  close(): Promise<void>
}

const FIRST_WORD_MS = 20

const isGood = (behaviour: HostileBehaviour): boolean =>
  behaviour.kind === 'accept' || (behaviour.kind === 'replay' && behaviour.status === 200)

/** A provider that wants to learn keys, to give them away, or to hold up whoever trusts it. HTTP and WebSocket. */
export async function startHostileProvider(): Promise<HostileProvider> {
  const requests: string[] = []
  let bytesSent = 0
  const timers = new Set<NodeJS.Timeout>()
  const server = createServer(async (incoming, outgoing) => {
    outgoing.on('error', () => {})
    const body = await readAll(incoming)
    const text = toText(incoming, body)
    requests.push(text)
    answer(incoming, outgoing, { body, behaviour: behaviourOf(text) })
  })
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false })

  const behaviourOf = (text: string): HostileBehaviour => {
    for (const [part, behaviour] of provider.behaviourFor) if (text.includes(part)) return behaviour
    return provider.behaviour
  }

  function answer(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    { body, behaviour }: { body: string; behaviour: HostileBehaviour },
  ): void {
    switch (behaviour.kind) {
      case 'accept':
        sendJson(outgoing, 200, goodBody(incoming.url ?? '/'))
        return
      case 'echo':
        sendEcho(incoming, outgoing, { status: behaviour.status, body })
        return
      case 'redirect':
        outgoing.writeHead(behaviour.status, { location: fillQuery(behaviour.location, incoming.url) }).end()
        return
      case 'reset':
        incoming.socket.resetAndDestroy()
        return
      case 'replay':
        sendJson(outgoing, behaviour.status, behaviour.body, behaviour.headers)
        return
      case 'cut':
        outgoing.writeHead(200, { 'content-type': 'application/json', 'content-length': '5000' })
        outgoing.write('{"message":"Go')
        setImmediate(() => outgoing.destroy())
        return
      case 'drip':
        outgoing.writeHead(200, { 'content-type': 'application/json' })
        repeat(outgoing, 100, () => ' ')
        return
      case 'huge':
        outgoing.writeHead(200, { 'content-type': 'application/json' })
        repeat(outgoing, 1, () => 'x'.repeat(64 * 1024))
        return
      case 'silent':
    }
  }

  function repeat(outgoing: ServerResponse, everyMs: number, next: () => string): void {
    const timer = setInterval(() => {
      const text = next()
      bytesSent += text.length
      if (!outgoing.destroyed) outgoing.write(text)
    }, everyMs)
    timers.add(timer)
    outgoing.on('close', () => {
      clearInterval(timer)
      timers.delete(timer)
    })
  }

  server.on('upgrade', (incoming, socket, head) => {
    socket.on('error', () => {})
    const text = toText(incoming, '')
    requests.push(text)
    const behaviour = behaviourOf(text)
    const echo = echoOf(incoming, '')
    if (behaviour.kind === 'echo' && behaviour.status >= 400) {
      const headers = Object.entries(echoHeaders(echo)).map(([name, value]) => `${name}: ${value}\r\n`)
      const body = JSON.stringify(echoBody('/', echo))
      socket.end(
        `HTTP/1.1 ${behaviour.status} ${toHeaderValue(echo)}\r\n${headers.join('')}Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
      )
      return
    }
    sockets.handleUpgrade(incoming, socket, head, (opened) => {
      opened.on('error', () => {})
      if (isGood(behaviour)) opened.send(GOOD_GREETING)
      if (behaviour.kind !== 'echo') return
      const giveBack = () => {
        opened.off('message', giveBack)
        clearTimeout(timer)
        timers.delete(timer)
        opened.send(JSON.stringify({ ...echoBody('/', echo), type: 'Error', message_type: 'error' }))
        // A close frame's reason holds 123 bytes.
        opened.close(1008, toHeaderValue(echo).slice(0, 120))
      }
      opened.on('message', giveBack)
      // Some clients wait for the first word.
      const timer = setTimeout(giveBack, FIRST_WORD_MS)
      timers.add(timer)
    })
  })

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const provider: HostileProvider = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    behaviour: { kind: 'accept' },
    behaviourFor: new Map(),
    requests,
    get bytesSent() {
      return bytesSent
    },
    connections: () => new Promise((resolve) => server.getConnections((_error, count) => resolve(count))),
    async close() {
      for (const timer of timers) clearInterval(timer)
      for (const client of sockets.clients) client.terminate()
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
  return provider
}

const fillQuery = (location: string, url = ''): string => location.replace('{query}', url.replace(/^[^?]*\??/, ''))

async function readAll(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

const toText = ({ method, url, rawHeaders }: IncomingMessage, body: string): string =>
  [`${method} ${url}`, ...rawHeaders, body].join('\n')

function sendJson(outgoing: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  outgoing
    .writeHead(status, { 'content-type': 'application/json', ...headers })
    .end(typeof body === 'string' ? body : JSON.stringify(body))
}

function sendEcho(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { status, body }: { status: number; body: string },
): void {
  const echo = echoOf(incoming, body)
  outgoing.statusMessage = toHeaderValue(echo)
  sendJson(outgoing, status, echoBody(incoming.url ?? '/', echo), echoHeaders(echo))
}

const toHeaderValue = (text: string): string => text.replace(/[^\x20-\x7e]/g, ' ').slice(0, 2_000)

/** Headers that clients read ids and hints from. */
const echoHeaders = (echo: string): Record<string, string> =>
  Object.fromEntries(
    [
      'x-request-id',
      'request-id',
      'dg-request-id',
      'dg-error',
      'openai-organization',
      'www-authenticate',
      'set-cookie',
    ].map((name) => [name, toHeaderValue(echo).slice(0, 300)]),
  )
