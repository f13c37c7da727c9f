import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One recorded answer; a `body` that is a string goes out as it is. */
export type Recorded = { status: number; headers?: Record<string, string>; body: unknown }

export type Served = {
  origin: string
  /** Path and query of each request. */
  asked: string[]
  /** Resolves when the first request has arrived. */
  arrived: Promise<unknown>
  /** Resolves when the client of the first request has gone. */
  left: Promise<unknown>
  close(): Promise<void>
}

/**
 * A server that gives recorded answers.
 * @param answer by the path and query that were asked; undefined: it never answers
 */
export async function serve(answer: (url: string) => Recorded | undefined): Promise<Served> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    const url = request.url ?? '/'
    asked.push(url)
    const recorded = answer(url)
    if (!recorded) return
    const { status, headers, body } = recorded
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text)
  })
  const arrived = once(server, 'request')
  const left = arrived.then(([request]) => once(request.socket, 'close'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    arrived,
    left,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
