import { createServer } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { isProviderError } from '../../src/provider-kit/index.ts'
import twilio from './index.ts'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { DialCommand, TelephonyClient } from '../../src/provider-kit/index.ts'

const credentials = { accountSid: `AC${'1f'.repeat(16)}`, authToken: 'token-of-the-tenant' }
const carrierCallId = `CA${'0a'.repeat(16)}`
const CREATED = { status: 201, body: { sid: carrierCallId, status: 'queued' } }
const OK = { status: 200, body: { sid: carrierCallId, status: 'completed' } }
const errorBody = (code: number) => ({ code, message: `echo of ${credentials.authToken}`, status: 400 })
const root = `POST /2010-04-01/Accounts/${credentials.accountSid}`

type Seen = { path: string; authorization: string | undefined; type: string | undefined; form: URLSearchParams }
let server: Server
let seen: Seen[]
/** One entry per request; `silence` never answers. The last entry goes on for good. */
let script: ({ status: number; body: unknown } | 'silence')[]
let client: TelephonyClient

beforeEach(async () => {
  seen = []
  script = [OK]
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const step = script.length > 1 ? script.shift() : script[0]
    seen.push({
      path: `${request.method} ${request.url}`,
      authorization: request.headers.authorization,
      type: request.headers['content-type'],
      form: new URLSearchParams(Buffer.concat(chunks).toString()),
    })
    if (step === undefined || step === 'silence') return
    response.writeHead(step.status, { 'content-type': 'application/json' }).end(JSON.stringify(step.body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const created = twilio.telephony?.createClient({ credentials, origins: { api: `http://127.0.0.1:${port}` } })
  if (!created) throw new Error('Twilio has no telephony')
  client = created
})

afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const failureOf = async (command: Promise<unknown>) => {
  const error = await command.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!isProviderError(error)) throw new Error('no ProviderError')
  return error
}

const dial = (change: Partial<DialCommand> = {}) => {
  script = script[0] === OK ? [CREATED] : script
  return client.dial({
    to: '+13125550142',
    from: '+13125550100',
    commandId: 'c/1',
    webhookUrl: 'https://patchbay.example/webhooks/twilio/t1',
    detectMachine: false,
    ringSeconds: 30,
    ...change,
  })
}

const first = () => seen[0]?.form ?? new URLSearchParams()

describe('dial', () => {
  it('says whom to call, what to ask and what to tell', async () => {
    expect(await dial()).toEqual({ carrierCallId })
    expect(seen[0]).toMatchObject({
      path: `${root}/Calls.json`,
      authorization: `Basic ${Buffer.from(`${credentials.accountSid}:token-of-the-tenant`).toString('base64')}`,
      type: 'application/x-www-form-urlencoded',
    })
    expect([...first().entries()]).toEqual([
      ['To', '+13125550142'],
      ['From', '+13125550100'],
      ['Url', 'https://patchbay.example/webhooks/twilio/t1/voice?dial=c%2F1'],
      ['Method', 'POST'],
      ['StatusCallback', 'https://patchbay.example/webhooks/twilio/t1/status?dial=c%2F1'],
      ['StatusCallbackMethod', 'POST'],
      ['Timeout', '30'],
      ['StatusCallbackEvent', 'initiated'],
      ['StatusCallbackEvent', 'ringing'],
      ['StatusCallbackEvent', 'answered'],
      ['StatusCallbackEvent', 'completed'],
    ])
  })

  it.each<[string, string, boolean | undefined]>([
    ['at once', 'Enable', undefined],
    ['after a greeting behind which a message is to be left', 'DetectMessageEnd', true],
  ])('asks who answered, beside the call, %s', async (_when, mode, leavesMessage) => {
    await dial({ detectMachine: true, leavesMessage })
    expect(Object.fromEntries(first())).toMatchObject({
      MachineDetection: mode,
      AsyncAmd: 'true',
      AsyncAmdStatusCallback: 'https://patchbay.example/webhooks/twilio/t1/status?dial=c%2F1',
      AsyncAmdStatusCallbackMethod: 'POST',
    })
  })

  it('is never sent again, as the first request may have arrived', async () => {
    script = [{ status: 503, body: {} }]
    expect(await failureOf(dial())).toMatchObject({ kind: 'unreachable', status: 503 })
    expect(seen).toHaveLength(1)
  })

  it('fails where Twilio does not say which call it made', async () => {
    script = [{ status: 201, body: { sid: '../Calls' } }]
    expect(await failureOf(dial())).toMatchObject({ kind: 'failed' })
  })
})

describe('hangUp', () => {
  it('ends the call, however often it is asked', async () => {
    await client.hangUp({ carrierCallId, commandId: 'h' })
    expect(seen[0]?.path).toBe(`${root}/Calls/${carrierCallId}.json`)
    expect([...first().entries()]).toEqual([['Status', 'completed']])
    for (const ended of [
      { status: 400, body: errorBody(21220) },
      { status: 404, body: errorBody(20404) },
    ]) {
      script = [ended]
      await client.hangUp({ carrierCallId, commandId: 'h' })
    }
    script = [{ status: 400, body: errorBody(20001) }]
    expect(await failureOf(client.hangUp({ carrierCallId, commandId: 'h' }))).toMatchObject({ kind: 'invalid-request' })
  })

  it('is sent again on a server error and on silence, three times at most', async () => {
    script = [{ status: 503, body: {} }, 'silence', OK]
    await client.hangUp({ carrierCallId, commandId: 'h' })
    expect(seen).toHaveLength(3)
    script = [{ status: 500, body: {} }]
    expect(await failureOf(client.hangUp({ carrierCallId, commandId: 'h' }))).toMatchObject({ kind: 'unreachable' })
    expect(seen).toHaveLength(6)
  })

  it('encodes the id of the call', async () => {
    await client.hangUp({ carrierCallId: '../x?y', commandId: 'h' })
    expect(seen[0]?.path).toBe(`${root}/Calls/..%2Fx%3Fy.json`)
  })
})

describe('transfer', () => {
  const transfer = (change: object = {}) =>
    client.transfer({ carrierCallId, commandId: 't', to: '+13125550177', ...change })

  it('replaces what the call does by a dial', async () => {
    await transfer()
    await transfer({ from: '+13125550100', webhookUrl: 'https://patchbay.example/a&b' })
    const prolog = '<?xml version="1.0" encoding="UTF-8"?>'
    expect(seen.map(({ form }) => Object.fromEntries(form))).toEqual([
      { Twiml: `${prolog}<Response><Dial><Number>+13125550177</Number></Dial></Response>` },
      {
        Twiml: `${prolog}<Response><Dial callerId="+13125550100"><Number statusCallback="https://patchbay.example/a&amp;b/status" statusCallbackEvent="answered completed">+13125550177</Number></Dial></Response>`,
      },
    ])
  })

  it('lets no verb in by the number', async () => {
    await transfer({ to: '</Number><Say>x' })
    expect(first().get('Twiml')).toContain('<Number>&lt;/Number&gt;&lt;Say&gt;x</Number>')
  })

  it('is never sent again, and closed where the call has ended', async () => {
    script = [{ status: 502, body: {} }]
    expect(await failureOf(transfer())).toMatchObject({ kind: 'unreachable' })
    expect(seen).toHaveLength(1)
    script = [{ status: 400, body: errorBody(21220) }]
    expect(await failureOf(transfer())).toMatchObject({ kind: 'closed' })
    script = [{ status: 404, body: errorBody(20404) }]
    expect(await failureOf(transfer())).toMatchObject({ kind: 'closed' })
  })
})

describe('every command', () => {
  it.each([
    [401, 20003, 'rejected'],
    [403, 20005, 'limited'],
    [403, 10001, 'limited'],
    [403, 20403, 'limited'],
    [402, 0, 'out-of-credit'],
    [429, 20429, 'rate-limited'],
    [400, 10004, 'rate-limited'],
    [400, 21210, 'invalid-request'],
    [400, 21211, 'invalid-request'],
    [400, 21212, 'invalid-request'],
    [400, 21215, 'invalid-request'],
    [400, 21219, 'invalid-request'],
    [404, 20404, 'invalid-request'],
    [418, 99_999, 'invalid-request'],
  ])('maps HTTP %i with code %i to %s, at once and without the text that Twilio sent', async (status, code, kind) => {
    script = [{ status, body: errorBody(code) }]
    const error = await failureOf(dial())
    expect(error).toMatchObject({ provider: 'twilio', kind, status, providerCode: String(code) })
    expect(`${error.message} ${JSON.stringify(error)}`).not.toContain(credentials.authToken)
    expect(seen).toHaveLength(1)
  })

  it('that is an instruction says so', async () => {
    const command = { carrierCallId, commandId: 'c' }
    await expect(client.answer(command)).rejects.toThrow(/instructions/)
    await expect(client.reject({ ...command, cause: 'busy' })).rejects.toThrow(TypeError)
    await expect(client.startStream({ ...command, streamUrl: 'wss://x/y', encoding: 'mulaw' })).rejects.toThrow(
      TypeError,
    )
    expect(seen).toEqual([])
    expect(client.sendDtmf).toBeUndefined()
  })
})
