import { createServer } from 'node:http'
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from '@jest/globals'
import { createGuardedFetch, isNetworkError, parsePrivateDestination } from './index.ts'
import type { GuardedFetchOptions, PrivateDestination, Resolve } from './index.ts'

const PUBLIC = { address: '93.184.216.34', family: 4 }
const INTERNAL = { address: '127.0.0.1', family: 4 }

const servers: Server[] = []
afterEach(async () => {
  await Promise.all(
    servers.splice(0).map((server) => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    }),
  )
})

/** A real server on this machine that counts who reached it. */
async function startServer(
  listener: RequestListener = (_, response) => void response.end('inside'),
  host = '127.0.0.1',
) {
  const seen: IncomingMessage[] = []
  let connections = 0
  const server = createServer((request, response) => {
    seen.push(request)
    listener(request, response)
  })
  server.on('connection', () => {
    connections += 1
  })
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  servers.push(server)
  return { port: (server.address() as AddressInfo).port, seen, connections: () => connections }
}

const opened = (entry: string): PrivateDestination[] => [parsePrivateDestination(entry) as PrivateDestination]

const create = (options: Partial<GuardedFetchOptions> = {}) =>
  createGuardedFetch({ timeoutMs: 2_000, maxBytes: 1_000, allowsHttp: true, ...options })

const failureOf = async (answer: Promise<unknown>) => {
  const error: unknown = await answer.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!isNetworkError(error)) throw new Error('it was no network error')
  return error
}

/** A name server that gives its answers one after the other, the last one for ever. */
function createResolver(...answers: { address: string; family: number }[][]) {
  const asked: string[] = []
  const resolve: Resolve = async (hostname) => {
    asked.push(hostname)
    return answers[Math.min(asked.length, answers.length) - 1] ?? []
  }
  return { resolve, asked }
}

describe('the guarded fetch', () => {
  it('should bring back status, headers and body from what was opened', async () => {
    const { port, seen } = await startServer((request, response) => {
      request.resume().on('end', () => response.writeHead(201, { 'x-answer': 'yes' }).end('done'))
    })
    const fetch = create({ opened: opened(`127.0.0.1:${port}`) })
    const answer = await fetch(`http://127.0.0.1:${port}/a?b=c`, {
      method: 'POST',
      headers: { 'x-question': 'any' },
      body: 'ping',
    })
    expect(answer).toMatchObject({ status: 201, isTruncated: false })
    expect(answer.headers['x-answer']).toBe('yes')
    expect(answer.body.toString()).toBe('done')
    expect(seen[0]).toMatchObject({ method: 'POST', url: '/a?b=c' })
    expect(seen[0]?.headers['x-question']).toBe('any')
  })

  it('should connect to the address that was checked, under the name that was asked for', async () => {
    const { port, seen } = await startServer()
    const { resolve, asked } = createResolver([INTERNAL])
    await create({ resolve, opened: opened('127.0.0.0/8') })(`http://hooks.example.com:${port}/`)
    expect(asked).toEqual(['hooks.example.com'])
    expect(seen[0]?.headers.host).toBe(`hooks.example.com:${port}`)
  })

  it.each([
    ['an internal address', [INTERNAL]],
    ['internal among public ones', [PUBLIC, INTERNAL]],
    ['public among internal ones', [INTERNAL, PUBLIC]],
    ['IPv4 in IPv6', [{ address: '::ffff:127.0.0.1', family: 6 }]],
    ['loopback of IPv6', [{ address: '::1', family: 6 }]],
    ['metadata of a cloud', [{ address: '169.254.169.254', family: 4 }]],
    ['NAT64', [{ address: '64:ff9b::7f00:1', family: 6 }]],
    ['no address', []],
    ['no valid address', [{ address: 'localhost', family: 4 }]],
  ])('check 22: should refuse a name whose answer is %s', async (_, addresses) => {
    const { port, connections } = await startServer()
    const { resolve } = createResolver(addresses)
    const failure = await failureOf(create({ resolve })(`http://hooks.example.com:${port}/`))
    expect(failure.reason).toBe('refused')
    expect(connections()).toBe(0)
  })

  it('check 22: should not be led inside by a name whose next answer differs', async () => {
    const { port, connections } = await startServer()
    // The first answer is checked and used; a second question would be answered with this machine.
    const { resolve, asked } = createResolver([{ address: '192.0.2.1', family: 4 }], [INTERNAL])
    const fetch = create({ resolve, timeoutMs: 300, opened: opened('192.0.2.0/24') })
    await failureOf(fetch(`http://hooks.example.com:${port}/`))
    expect(asked).toEqual(['hooks.example.com'])
    expect(connections()).toBe(0)
    // Asked anew for the next request, and refused.
    expect((await failureOf(fetch(`http://hooks.example.com:${port}/`))).reason).toBe('refused')
    expect(connections()).toBe(0)
  })

  it.each(['127.0.0.1', '2130706433', '0x7f.1', '[::1]', '[::ffff:127.0.0.1]', 'localhost', '127.0.0.1.nip.io'])(
    'check 21: should refuse %s when it is used, whatever was saved',
    async (host) => {
      const { port, connections } = await startServer(undefined, host.startsWith('[::1') ? '::1' : '127.0.0.1')
      const { resolve, asked } = createResolver([INTERNAL])
      expect((await failureOf(create({ resolve })(`http://${host}:${port}/`))).reason).toBe('refused')
      expect(connections()).toBe(0)
      expect(asked).toEqual([])
    },
  )

  it.each([301, 302, 303, 307, 308])('check 22: should not follow a redirect to the inside (%i)', async (status) => {
    const inside = await startServer()
    const outside = await startServer((_, response) =>
      response.writeHead(status, { location: `http://127.0.0.1:${inside.port}/` }).end(),
    )
    const { resolve } = createResolver([INTERNAL])
    const fetch = create({ resolve, opened: opened(`hooks.example.com:${outside.port}`) })
    expect((await fetch(`http://hooks.example.com:${outside.port}/`)).status).toBe(status)
    expect(inside.connections()).toBe(0)
  })

  it('check 24: should read no more of a body than it may', async () => {
    let written = 0
    const { port } = await startServer((_, response) => {
      const pour = () => {
        while (!response.destroyed && response.write(Buffer.alloc(64 * 1024))) written += 64 * 1024
        if (!response.destroyed) response.once('drain', pour)
      }
      pour()
    })
    const fetch = create({ opened: opened(`127.0.0.1:${port}`) })
    const answer = await fetch(`http://127.0.0.1:${port}/`)
    expect(answer.isTruncated).toBe(true)
    expect(answer.body).toHaveLength(1_000)
    expect(written).toBeLessThan(50 * 1024 * 1024)
  })

  it.each<[string, (response: ServerResponse) => void]>([
    ['never answers', () => {}],
    [
      'sends its body byte by byte',
      (response) => {
        const timer = setInterval(() => response.write('.'), 20)
        response.on('close', () => clearInterval(timer))
      },
    ],
    [
      'sends its headers byte by byte',
      (response) => {
        const timer = setInterval(() => response.socket?.write('H'), 20)
        response.on('close', () => clearInterval(timer))
      },
    ],
  ])('check 24: should give a server up in time that %s', async (_, behave) => {
    const { port } = await startServer((_request, response) => behave(response))
    const fetch = create({ timeoutMs: 300, opened: opened(`127.0.0.1:${port}`) })
    await failureOf(fetch(`http://127.0.0.1:${port}/`))
  })

  it('should give a name up in time that never resolves', async () => {
    const fetch = create({ timeoutMs: 200, resolve: () => new Promise(() => {}) })
    expect((await failureOf(fetch('http://hooks.example.com/'))).reason).toBe('timeout')
  })

  it('check 24: should have one text for all failures', async () => {
    const closing = await startServer((request) => void request.socket.destroy())
    const { resolve } = createResolver([INTERNAL])
    const refuses = create()('http://127.0.0.1/')
    const breaks = create({ opened: opened(`127.0.0.1:${closing.port}`) })(`http://127.0.0.1:${closing.port}/`)
    const resolves = create({ resolve })('http://hooks.example.com/')
    const unknown = create({ resolve: () => Promise.reject(new Error('ENOTFOUND db.internal')) })(
      'http://nothing.example/',
    )
    const failures = await Promise.all([refuses, breaks, resolves, unknown].map(failureOf))
    expect(new Set(failures.map(({ message, code }) => `${code} ${message}`)).size).toBe(1)
    expect(failures[0]?.message).not.toMatch(/127|ENOTFOUND|refused|ECONN/)
  })

  it('should end with the signal of whoever asked', async () => {
    const { port } = await startServer(() => {})
    const aborted = new AbortController()
    const answer = create({ opened: opened(`127.0.0.1:${port}`) })(`http://127.0.0.1:${port}/`, {
      signal: aborted.signal,
    })
    aborted.abort()
    expect((await failureOf(answer)).reason).toBe('failed')
  })

  it('should leave no connection open', async () => {
    const { port } = await startServer()
    const server = servers[0] as Server
    await create({ opened: opened(`127.0.0.1:${port}`) })(`http://127.0.0.1:${port}/`)
    // Resolves when the last connection is gone.
    await new Promise((resolve) => server.close(resolve))
  })
})
