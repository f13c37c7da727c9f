import { once } from 'node:events'
import { connect } from 'node:net'
import type { Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { Router } from 'express'
import { createHttpServer } from './http.ts'

const MIB = 1024 * 1024
let server: Server
/** What arrived behind the limit, in bytes; of a request that was cut off, until then. */
let received: number[]

beforeEach(async () => {
  received = []
  server = createHttpServer({
    publicUrl: 'http://localhost:3000',
    webhooks: Router(),
    health: Router(),
    async rest(request, response) {
      const at = received.push(0) - 1
      try {
        for await (const chunk of request) received[at] = (received[at] ?? 0) + (chunk as Buffer).length
        response.send('taken')
      } catch {
        response.destroy()
      }
    },
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})

afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const portOf = () => (server.address() as AddressInfo).port
const post = (path: string, body: Uint8Array<ArrayBuffer>) =>
  fetch(`http://127.0.0.1:${portOf()}${path}`, { method: 'POST', body })

/** Sends a body without its length until the other side hangs up. */
async function sendWithoutEnd(path: string): Promise<number> {
  const socket: Socket = connect(portOf(), '127.0.0.1')
  const closed = new Promise((resolve) => socket.once('close', resolve))
  socket.on('error', () => {})
  socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n`)
  const chunk = Buffer.alloc(64 * 1024, 'x')
  let sent = 0
  while (!socket.destroyed && sent < 400 * MIB) {
    sent += chunk.length
    socket.write(`${chunk.length.toString(16)}\r\n`)
    socket.write(chunk)
    if (!socket.write('\r\n')) await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), closed])
  }
  socket.destroy()
  await closed
  return sent
}

describe('the body of a request', () => {
  it('should be refused by its length, before anything reads it, unless it is a recording', async () => {
    const body = new Uint8Array(5 * MIB)
    for (const path of ['/api/auth/signup', '/api/users/login', '/admin', '/api/mediation']) {
      const answer = await post(path, body)
      expect(answer.status).toBe(413)
      expect(await answer.json()).toEqual({ error: expect.any(String), code: 'body_too_large' })
    }
    expect(received).toEqual([])
    expect((await post('/api/media', body)).status).toBe(200)
    expect((await post('/api/agents', new Uint8Array(3 * MIB))).status).toBe(200)
    expect(received).toEqual([5 * MIB, 3 * MIB])
  })

  it('should be cut off where its length was not said', async () => {
    expect(await sendWithoutEnd('/api/auth/signup')).toBeLessThan(100 * MIB)
    expect(received).toHaveLength(1)
    expect(received[0]).toBeLessThan(5 * MIB)
  })

  it('should arrive whole where its length was not said and it is short', async () => {
    const parts = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let count = 0; count < 2; count += 1) controller.enqueue(new Uint8Array(MIB))
        controller.close()
      },
    })
    const init: RequestInit & { duplex: 'half' } = { method: 'POST', body: parts, duplex: 'half' }
    const answer = await fetch(`http://127.0.0.1:${portOf()}/api/agents`, init)
    expect(await answer.text()).toBe('taken')
    expect(received).toEqual([2 * MIB])
  })
})
