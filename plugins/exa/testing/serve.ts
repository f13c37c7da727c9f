import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One recorded answer; a `body` that is a string goes out as it is. */
export type Recorded = { status: number; headers?: Record<string, string>; body: unknown }

export type Served = {
  origin: string
  /** Method and path of each request. */
  asked: string[]
  /** Resolves when a request has arrived that is never answered. */
  silence: Promise<void>
  /** Resolves when the client of that request has gone. */
  left: Promise<void>
  close(): Promise<void>
}

/**
 * A server that gives recorded answers.
 * @param answer by method and path, `POST /search`; undefined: it never answers
 */
export async function serve(answer: (asked: string) => Recorded | undefined): Promise<Served> {
  const asked: string[] = []
  let beSilent = () => {}
  let leave = () => {}
  const silence = new Promise<void>((resolve) => {
    beSilent = resolve
  })
  const left = new Promise<void>((resolve) => {
    leave = resolve
  })
  const server = createServer((request, response) => {
    const question = `${request.method} ${request.url}`
    asked.push(question)
    const recorded = answer(question)
    if (!recorded) {
      request.socket.once('close', leave)
      return beSilent()
    }
    const { status, headers, body } = recorded
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    silence,
    left,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
