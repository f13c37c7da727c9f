import { once } from 'node:events'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { createServer, STATUS_CODES } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import { WebSocketServer } from 'ws'

export type SimulatorRequest = {
  method: string
  /** Without the query. */
  path: string
  query: URLSearchParams
  headers: IncomingHttpHeaders
  /** Empty for an upgrade. */
  body: Buffer
}

export type SimulatorAnswer = {
  status: number
  headers?: Readonly<Record<string, string>>
  /** A string goes out as text, anything else as JSON. */
  body?: unknown
}

/** What a simulator does with an upgrade: refuse it with an HTTP answer, or take the socket. */
export type UpgradeDecision =
  | { refuse: SimulatorAnswer }
  | {
      /** Sent with the 101. */
      headers?: Readonly<Record<string, string>>
      /** The subprotocol to agree on, where the client offered it. */
      protocol?: string
      accept(socket: WebSocket): void
    }

export type SimulatorServer = {
  /** `http://127.0.0.1:PORT`; the same port takes WebSockets. */
  origin: string
  /** Everything that was asked, in order, upgrades included. */
  requests: readonly SimulatorRequest[]
  /** Drops every connection and stops listening. */
  close(): Promise<void>
}

/**
 * An HTTP and WebSocket server on the loopback interface, the base of a provider's simulator.
 * @param options.port 0, the default, takes any free port
 */
export async function createSimulatorServer(options: {
  port?: number
  onRequest(request: SimulatorRequest): SimulatorAnswer | Promise<SimulatorAnswer>
  onUpgrade(request: SimulatorRequest): UpgradeDecision | Promise<UpgradeDecision>
}): Promise<SimulatorServer> {
  const requests: SimulatorRequest[] = []
  const connections = new Set<Socket>()
  const http = createServer()
  let extraHeaders: Readonly<Record<string, string>> = {}
  let protocol: string | undefined
  // Set right before handleUpgrade, which calls back before it returns.
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    handleProtocols: () => protocol ?? false,
  })
  sockets.on('headers', (lines) =>
    lines.push(...Object.entries(extraHeaders).map(([name, value]) => `${name}: ${value}`)),
  )

  http.on('connection', (socket) => {
    connections.add(socket)
    // A client that drops its connection is no failure of a simulator.
    socket.on('error', () => {})
    socket.on('close', () => connections.delete(socket))
  })
  http.on('request', async (incoming, response) => {
    const request = readHead(incoming)
    request.body = await readBody(incoming).catch(() => Buffer.alloc(0))
    requests.push(request)
    const { status, headers, payload } = await render(async () => options.onRequest(request))
    response.writeHead(status, headers).end(payload)
  })
  http.on('upgrade', async (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    const request = readHead(incoming)
    requests.push(request)
    const decision = await decide(() => options.onUpgrade(request))
    if (socket.destroyed) return
    if ('refuse' in decision) return refuse(socket, decision.refuse)
    extraHeaders = decision.headers ?? {}
    protocol = decision.protocol
    sockets.handleUpgrade(incoming, socket, head, (ws) => {
      ws.on('error', () => {})
      decision.accept(ws)
    })
  })
  http.listen(options.port ?? 0, '127.0.0.1')
  await once(http, 'listening')

  return {
    origin: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    requests,
    async close() {
      if (!http.listening) return
      for (const connection of connections) connection.destroy()
      http.close()
      await once(http, 'close')
    },
  }
}

function readHead(incoming: IncomingMessage): SimulatorRequest {
  const url = new URL(incoming.url ?? '/', 'http://simulator')
  const { method = 'GET', headers } = incoming
  return { method, path: url.pathname, query: url.searchParams, headers, body: Buffer.alloc(0) }
}

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

const failure = (error: unknown): SimulatorAnswer => ({ status: 500, body: `The simulator failed: ${String(error)}` })

async function decide(choose: () => UpgradeDecision | Promise<UpgradeDecision>): Promise<UpgradeDecision> {
  try {
    return await choose()
  } catch (error) {
    return { refuse: failure(error) }
  }
}

async function render(answer: () => SimulatorAnswer | Promise<SimulatorAnswer>) {
  const { status, headers, body } = await Promise.resolve(answer()).catch(failure)
  const isText = typeof body === 'string'
  const payload = body === undefined ? '' : isText ? body : JSON.stringify(body)
  const type = isText ? 'text/plain' : 'application/json'
  const length = String(Buffer.byteLength(payload))
  return { status, headers: { 'content-type': type, 'content-length': length, ...headers }, payload }
}

async function refuse(socket: Duplex, refusal: SimulatorAnswer): Promise<void> {
  const { status, headers, payload } = await render(() => refusal)
  const lines = Object.entries({ connection: 'close', ...headers }).map(([name, value]) => `${name}: ${value}`)
  socket.end([`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Refused'}`, ...lines, '', payload].join('\r\n'))
}
