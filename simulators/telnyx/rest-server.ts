import { createServer } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { refusal } from './answers.ts'
import { answerRequest } from './rest.ts'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Answer } from './answers.ts'
import type { Exchange } from './rest.ts'

export type CommandFault = {
  /** Only for this action, `answer`; default any. */
  action?: string
  /** `silence` never answers. */
  kind: 'server-error' | 'rate-limit' | 'silence'
  /** Whether the command takes effect all the same. Default false. */
  isExecuted?: boolean
}

export type RestServer = {
  readonly origin: string
  readonly seenKeys: ReadonlySet<string>
  failNext(fault: CommandFault): void
  close(): Promise<void>
}

const MAX_BODY_BYTES = 1024 * 1024

const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

const FAULT_ANSWERS: Readonly<Record<Exclude<CommandFault['kind'], 'silence'>, Answer>> = {
  'server-error': refusal(503, '10016', 'Service unavailable'),
  'rate-limit': refusal(429, '10011', 'Too many requests'),
}

/** Serves the REST API on 127.0.0.1. */
export async function createRestServer({
  exchange,
  port,
  commandMs,
}: {
  exchange: Exchange
  port: number
  commandMs: number
}): Promise<RestServer> {
  const seenKeys = new Set<string>()
  const faults: CommandFault[] = []

  const takeFault = (method: string, path: string): CommandFault | undefined => {
    const isCommand = method === 'POST' && path.startsWith('/v2/calls')
    const index = faults.findIndex(({ action }) => isCommand && (action === undefined || path.endsWith(`/${action}`)))
    return index < 0 ? undefined : faults.splice(index, 1)[0]
  }

  const respond = (response: ServerResponse, { status, body }: Answer) => {
    const limits =
      status === 429 ? { 'x-ratelimit-limit': '50', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1' } : {}
    response
      .writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...limits })
      .end(JSON.stringify(body))
  }

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://telnyx')
    const method = request.method ?? 'GET'
    const apiKey = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1]
    if (apiKey !== undefined) seenKeys.add(apiKey)
    const body = await readBody(request)
    if (commandMs > 0) await delay(commandMs)
    const fault = takeFault(method, url.pathname)
    const execute = () => answerRequest(exchange, { method, path: url.pathname, query: url.searchParams, apiKey, body })
    if (!fault) return respond(response, execute())
    if (fault.isExecuted) execute()
    if (fault.kind !== 'silence') respond(response, FAULT_ANSWERS[fault.kind])
  }

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })

  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seenKeys,
    failNext: (fault) => void faults.push(fault),
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}
