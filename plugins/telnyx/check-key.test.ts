import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import telnyx from './index.ts'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

type Answer = { status: number; body: unknown }

const folder = new URL('./fixtures/check-key/', import.meta.url)
const readFixture = (name: string) =>
  JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as {
    balance: Answer
    application: Answer
    numbers?: Answer
    expect: object
  }
const states = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.replace('.json', ''))

const credentials = {
  apiKey: `KEY${'k'.repeat(55)}`,
  publicKey: `${'A'.repeat(43)}=`,
  connectionId: '1293384261075731499',
}
let server: Server
let answers: Record<string, Answer>
let seen: string[]

beforeEach(async () => {
  seen = []
  answers = {}
  server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers.authorization}`)
    const answer = answers[request.url ?? '']
    // Silence would be waited for.
    if (answer || request.url === NUMBERS)
      response
        .writeHead(answer?.status ?? 503, { 'content-type': 'application/json' })
        .end(JSON.stringify(answer?.body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})

afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const check = (signal = AbortSignal.timeout(5000)) =>
  telnyx.checkKey({
    credentials,
    origins: { api: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
    signal,
  })

const NUMBERS = '/v2/phone_numbers?page%5Bsize%5D=100'

const serve = ({ balance, application, numbers }: { balance: Answer; application: Answer; numbers?: Answer }) => {
  answers = {
    '/v2/balance': balance,
    [`/v2/call_control_applications/${credentials.connectionId}`]: application,
    ...(numbers && { [NUMBERS]: numbers }),
  }
}

describe('the verdict on a Telnyx key', () => {
  it.each(states)('%s', async (state) => {
    const fixture = readFixture(state)
    serve(fixture)
    const verdict = await check()
    expect(verdict).toMatchObject(fixture.expect)
    expect(verdict.metadata).toEqual((fixture.expect as { metadata: object }).metadata)
    expect(JSON.stringify(verdict)).not.toMatch(/kkkk|hunter2/)
  })

  it('asks with the bearer key, and not for the application of a key that is refused', async () => {
    serve(readFixture('rejected'))
    await check()
    expect(seen).toEqual([`GET /v2/balance Bearer ${credentials.apiKey}`])
  })

  it.each([
    ['no-numbers', 'has no telephone number yet'],
    ['numbers-elsewhere', 'none of its numbers is assigned to the Voice API application'],
    ['no-outbound-profile', 'no outbound voice profile, so it can call nobody'],
  ])('says of %s what to do about it', async (state, words) => {
    serve(readFixture(state))
    expect(await check()).toMatchObject({ message: expect.stringContaining(words), fixUrl: expect.any(String) })
  })

  it('names the connection id that the account does not have', async () => {
    serve(readFixture('connection-not-found'))
    expect((await check()).message).toContain('1293384261075731499 is not found')
  })

  it('is unreachable, not rejected, when nothing answers in time', async () => {
    expect(await check(AbortSignal.timeout(50))).toMatchObject({ status: 'unreachable', capabilities: {} })
  })

  it('is unreachable when the answer is not JSON and a server error', async () => {
    serve({ balance: { status: 502, body: '<html>' }, application: { status: 502, body: '' } })
    expect(await check()).toMatchObject({ status: 'unreachable' })
  })
})

describe('the credentials', () => {
  it('are taken, surrounding blanks removed', () => {
    expect(telnyx.credentials.parse({ ...credentials, apiKey: ` ${credentials.apiKey}\n` })).toEqual(credentials)
  })

  it.each([
    ['a key with a line break inside', { apiKey: 'KEY1\r\nx: y' }],
    ['no key', { apiKey: '' }],
    ['a public key of 33 bytes', { publicKey: 'A'.repeat(44) }],
    ['a public key of 31 bytes', { publicKey: `${'A'.repeat(42)}==` }],
    ['a public key with bits past its end', { publicKey: `${'A'.repeat(42)}B=` }],
    ['a PEM public key', { publicKey: '-----BEGIN PUBLIC KEY-----' }],
    ['a connection id that is a path', { connectionId: '../balance' }],
  ])('are refused with %s', (_name, change) => {
    expect(telnyx.credentials.safeParse({ ...credentials, ...change }).success).toBe(false)
  })
})
