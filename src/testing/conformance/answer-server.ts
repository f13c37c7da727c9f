import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { WebSocket } from 'ws'
import type { Running } from './stand.ts'

/** A request to answer; an upgrade has no body. */
export type Asked = {
  method: string
  /** Without the query. */
  path: string
  query: URLSearchParams
  headers: Record<string, string>
  body: string
  isUpgrade: boolean
}

export type Answer = {
  status: number
  headers?: Readonly<Record<string, string>>
  /** A string goes out as it is, anything else as JSON. */
  body?: unknown
}

export type AnswerServerOptions = {
  /** Undefined: nothing is ever answered. */
  answer(asked: Asked): Answer | undefined
  /** Takes upgrades in the place of `answer`. */
  accept?(socket: WebSocket, asked: Asked): void
}

export type AnswerServer = Running & { asked: readonly Asked[] }

const readAsked = async (request: IncomingMessage, isUpgrade: boolean): Promise<Asked> => {
  const url = new URL(request.url ?? '/', 'http://server')
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
  const asked = { method: request.method ?? 'GET', path: url.pathname, query: url.searchParams, headers, isUpgrade }
  if (isUpgrade) return { ...asked, body: '' }
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return { ...asked, body: Buffer.concat(chunks).toString('utf8') }
}

const render = ({ status, headers, body }: Answer) => {
  const isText = typeof body === 'string'
  const text = body === undefined ? '' : isText ? body : JSON.stringify(body)
  const type = isText ? 'text/plain' : 'application/json'
  return {
    status,
    headers: { 'content-type': type, 'content-length': String(Buffer.byteLength(text)), ...headers },
    text,
  }
}

/** An HTTP server on the loopback interface that gives recorded answers, over HTTP and to upgrades alike. */
export async function startAnswerServer({ answer, accept }: AnswerServerOptions): Promise<AnswerServer> {
  const asked: Asked[] = []
  const connections = new Set<Socket>()
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false })
  const server = createServer(async (request, response) => {
    const question = await readAsked(request, false).catch(() => undefined)
    if (!question) return
    asked.push(question)
    const given = answer(question)
    if (!given) return
    const { status, headers, text } = render(given)
    response.writeHead(status, headers).end(text)
  })
  server.on('connection', (socket) => {
    connections.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => connections.delete(socket))
  })
  server.on('upgrade', async (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const question = await readAsked(request, true)
    asked.push(question)
    if (accept) {
      sockets.handleUpgrade(request, socket, head, (opened) => {
        opened.on('error', () => {})
        accept(opened, question)
      })
      return
    }
    const given = answer(question)
    if (!given) return
    const { status, headers, text } = render(given)
    const lines = Object.entries({ connection: 'close', ...headers }).map(([name, value]) => `${name}: ${value}`)
    socket.end([`HTTP/1.1 ${status} Answer`, ...lines, '', text].join('\r\n'))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async close() {
      const closed = once(server, 'close')
      for (const connection of connections) connection.destroy()
      server.close()
      await closed
    },
  }
}

/** A state of a key told by recorded answers: what each path answers, and 404 for any other. */
export const answering =
  (answer: (asked: Asked) => Answer | undefined, accept?: AnswerServerOptions['accept']) => (): Promise<Running> =>
    startAnswerServer({ answer: (asked) => answer(asked) ?? { status: 404, body: '' }, accept })

/** An address of this machine where nobody listens. */
export async function findDeafOrigin(): Promise<string> {
  const server = await startAnswerServer({ answer: () => undefined })
  await server.close()
  return server.origin
}
