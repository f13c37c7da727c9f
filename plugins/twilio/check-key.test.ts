import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import twilio from './index.ts'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

type Answer = { status: number; body: unknown; headers?: Record<string, string> }
type Answers = { account: Answer; balance?: Answer; numbers?: Answer }

const folder = new URL('./fixtures/check-key/', import.meta.url)
const readFixture = (name: string) =>
  JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as Answers & { expect: { metadata: object } }
const states = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.replace('.json', ''))

/** The auth token that the recorded accounts repeat. */
const AUTH_TOKEN = 'deadbeefdeadbeefdeadbeefdeadbeef'
const credentials = { accountSid: `AC${'0a'.repeat(16)}`, authToken: AUTH_TOKEN }
const root = `/2010-04-01/Accounts/${credentials.accountSid}`
let server: Server
let answers: Record<string, Answer | undefined>
let seen: string[]

beforeEach(async () => {
  seen = []
  answers = {}
  server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers.authorization}`)
    const answer = answers[request.url ?? '']
    if (answer)
      response
        .writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers })
        .end(JSON.stringify(answer.body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})

afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const check = (signal = AbortSignal.timeout(5000)) =>
  twilio.checkKey({
    credentials,
    origins: { api: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
    signal,
  })

const serve = ({ account, balance, numbers }: Answers) => {
  answers = {
    [`${root}.json`]: account,
    [`${root}/Balance.json`]: balance,
    [`${root}/IncomingPhoneNumbers.json?PageSize=100`]: numbers,
  }
}

describe('the verdict on Twilio credentials', () => {
  it.each(states)('%s', async (state) => {
    const fixture = readFixture(state)
    serve(fixture)
    const verdict = await check()
    expect(verdict).toMatchObject(fixture.expect)
    expect(verdict.metadata).toEqual(fixture.expect.metadata)
    expect(JSON.stringify(verdict)).not.toContain(AUTH_TOKEN)
  })

  it('asks with account SID and auth token, and for nothing more of credentials that are refused', async () => {
    serve(readFixture('rejected'))
    await check()
    const basic = Buffer.from(`${credentials.accountSid}:${AUTH_TOKEN}`).toString('base64')
    expect(seen).toEqual([`GET ${root}.json Basic ${basic}`])
  })

  it('does not keep a name that holds the auth token', async () => {
    const fixture = readFixture('valid')
    serve({ ...fixture, account: { status: 200, body: { status: 'active', friendly_name: `my ${AUTH_TOKEN}` } } })
    const verdict = await check()
    expect(verdict.metadata.accountName).toBeNull()
    expect(JSON.stringify(verdict)).not.toContain(AUTH_TOKEN)
  })

  it('is unreachable, not rejected, when nothing answers in time', async () => {
    expect(await check(AbortSignal.timeout(50))).toMatchObject({ status: 'unreachable', capabilities: {} })
  })

  it('says how long Twilio wants to be left alone', async () => {
    serve(readFixture('rate-limited'))
    expect(await check()).toMatchObject({ status: 'unreachable', retryAfterMs: 2000 })
  })

  it.each([
    ['https://patchbay.example/webhooks/twilio/t1/voice', 1],
    ['http://localhost:3000/webhooks/twilio/t1/voice', 1],
    ['http://patchbay.example/webhooks/twilio/t1/voice', 0],
    ['https://patchbay.example/webhooks/twilio/t1', 0],
    ['https://demo.twilio.com/welcome/voice/', 0],
    [null, 0],
  ])('counts a number with the voice webhook %s as leading here: %i', async (voice_url, numbersLeadingHere) => {
    const numbers = { status: 200, body: { incoming_phone_numbers: [{ voice_url }], next_page_uri: null } }
    serve({ ...readFixture('valid'), numbers })
    expect((await check()).metadata).toMatchObject({ numbers: 1, numbersLeadingHere })
  })
})

describe('the credentials', () => {
  it('are taken, surrounding blanks removed', () => {
    expect(twilio.credentials.parse({ ...credentials, authToken: ` ${AUTH_TOKEN}\n` })).toEqual(credentials)
  })

  it.each([
    ['an API key in place of the account', { accountSid: `SK${'0a'.repeat(16)}` }],
    ['an account SID that is a path', { accountSid: '../Accounts' }],
    ['an account SID that is too short', { accountSid: 'AC00' }],
    ['no auth token', { authToken: '' }],
    ['an auth token with a line break inside', { authToken: 'ab\r\nx: y' }],
  ])('are refused with %s', (_name, change) => {
    expect(twilio.credentials.safeParse({ ...credentials, ...change }).success).toBe(false)
  })
})
