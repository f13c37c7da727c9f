import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { fetch } from 'undici'
import { keepConnections } from './keep-connections.ts'

/** Beyond the 4 s of `fetch` itself. Node's own `fetch` reads the dispatcher of its realm, which is not that of a suite. */
const BETWEEN_TURNS_MS = 6_000

describe('connections to providers', () => {
  let server: Server
  let sockets: Socket[]
  let letGo: () => Promise<void>
  beforeEach(async () => {
    sockets = []
    server = createServer((_request, response) => response.end('{}'))
    // As a provider's, it neither hangs up soon nor says when it will.
    server.keepAliveTimeout = 0
    server.on('connection', (socket) => sockets.push(socket))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    letGo = keepConnections()
  })
  afterEach(async () => {
    await letGo()
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  })

  const ask = async () => (await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)).text()

  it('should be used again after a pause between two turns', async () => {
    await ask()
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_TURNS_MS))
    await ask()
    expect(sockets).toHaveLength(1)
  })

  it('should be closed at once when they are let go', async () => {
    await ask()
    const [socket] = sockets as [Socket]
    const closed = once(socket, 'close')
    await letGo()
    await closed
  }, 2_000)
})
