import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from '@jest/globals'
import type { Payload } from 'payload'
import { createEmail } from './create-email.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()))
})

/** A mail server without TLS that notes what it is told. */
async function startPlainServer() {
  const lines: string[] = []
  const server = createServer((socket) => {
    socket.write('220 test\r\n')
    socket.on('data', (data) => {
      lines.push(data.toString())
      socket.write(data.toString().startsWith('EHLO') ? '250-test\r\n250 AUTH PLAIN\r\n' : '250 ok\r\n')
    })
    socket.on('error', () => {})
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => new Promise((resolve) => server.close(resolve)))
  return { port: (server.address() as AddressInfo).port, lines }
}

describe('createEmail', () => {
  it('should send no password over a connection that has no TLS', async () => {
    const { port, lines } = await startPlainServer()
    const smtp = { host: '127.0.0.1', port, isSecure: false, needsTls: true, user: 'ada', password: 'hunter2' }
    const adapter = await createEmail({ smtp, from: { name: 'Acme', address: 'a@acme.test' } })
    const { sendEmail } = adapter({ payload: {} as Payload })
    await expect(sendEmail({ to: 'b@acme.test', subject: 's', text: 't' })).rejects.toThrow()
    expect(lines.join('')).toContain('STARTTLS')
    expect(lines.join('')).not.toMatch(/AUTH |hunter2|MAIL FROM/)
  })
})
