import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import twilioSdk from 'twilio'
import { createTwilioSimulator } from './index.ts'
import type RequestClient from 'twilio/lib/base/RequestClient.js'
import type { TwilioSimulator } from './index.ts'

const SID = `AC${'1f'.repeat(16)}`
const OTHER_SID = `AC${'2e'.repeat(16)}`
const TOKEN = 'token-of-the-tenant'
const NUMBERS = ['+13125550100', '+13125550101', '+13125550102']

let simulator: TwilioSimulator
let client: twilioSdk.Twilio

/** The SDK's own client, whose host is fixed, led to the simulator. */
class LocalClient extends twilioSdk.RequestClient {
  override request<Data>(options: RequestClient.RequestOptions<Data>) {
    const uri = options.uri.replace('https://api.twilio.com', simulator.origin)
    return super.request<Data>({ ...options, uri })
  }
}

const connect = (accountSid = SID, authToken = TOKEN) =>
  twilioSdk(accountSid, authToken, { httpClient: new LocalClient() })

beforeEach(async () => {
  simulator = await createTwilioSimulator({
    accounts: [
      { accountSid: SID, authToken: TOKEN, numbers: NUMBERS, balance: '12.50' },
      { accountSid: OTHER_SID, authToken: 'other-token' },
    ],
  })
  client = connect()
})

afterEach(() => simulator.close())

const refusalOf = async (request: Promise<unknown>) => {
  const error = await request.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof twilioSdk.RestException)) throw new Error('The SDK saw no refusal.')
  return { status: error.status, code: error.code }
}

const create = (change: Record<string, unknown> = {}) =>
  client.calls.create({ to: '+13125550142', from: '+13125550100', url: 'http://127.0.0.1:1/voice', ...change })

describe('the REST API, seen by the official SDK', () => {
  it('tells the account, the balance and the numbers page by page', async () => {
    expect(await client.api.v2010.accounts(SID).fetch()).toMatchObject({ sid: SID, status: 'active', type: 'Full' })
    expect(await client.balance.fetch()).toMatchObject({ balance: '12.50', currency: 'USD' })
    const numbers = await client.incomingPhoneNumbers.list({ pageSize: 2 })
    expect(numbers.map(({ phoneNumber }) => phoneNumber)).toEqual(NUMBERS)
  })

  it('lets the voice webhook of a number be set', async () => {
    const [number] = await client.incomingPhoneNumbers.list({ phoneNumber: '+13125550101' })
    const voiceUrl = 'http://127.0.0.1:9/webhooks/twilio/t1/voice'
    expect(await client.incomingPhoneNumbers(number?.sid ?? '').update({ voiceUrl })).toMatchObject({ voiceUrl })
    expect(simulator.account(SID).webhookUrl).toBe('http://127.0.0.1:9/webhooks/twilio/t1')
  })

  it('dials, tells of the call, and ends it', async () => {
    const dialled = await create({ statusCallbackEvent: ['initiated', 'completed'], timeout: 20 })
    expect(dialled).toMatchObject({ status: 'queued', direction: 'outbound-api', to: '+13125550142' })
    const call = await simulator.nextDial()
    expect((await client.calls(dialled.sid).fetch()).status).toBe('ringing')
    expect((await client.calls(dialled.sid).update({ status: 'canceled' })).status).toBe('canceled')
    expect(await call.ended).toMatchObject({ cause: 'originator_cancel' })
    expect((await client.calls(dialled.sid).fetch()).status).toBe('canceled')
    expect(await refusalOf(client.calls(dialled.sid).update({ status: 'completed' }))).toEqual({
      status: 400,
      code: 21220,
    })
    expect(simulator.commands.map(({ action, callControlId, status }) => [action, callControlId, status])).toEqual([
      ['dial', dialled.sid, 201],
      ['hangup', dialled.sid, 200],
      ['hangup', dialled.sid, 400],
    ])
    expect(simulator.commands[0]).toMatchObject({ apiKey: TOKEN, body: { StatusCallbackEvent: 'initiated completed' } })
  })

  it('runs TwiML that comes with a call, and other TwiML in its place', async () => {
    const { VoiceResponse } = twilioSdk.twiml
    const waiting = new VoiceResponse()
    waiting.pause({ length: 60 })
    const { sid } = await create({ url: undefined, twiml: waiting })
    const call = await simulator.nextDial()
    expect(await refusalOf(client.calls(sid).update({ twiml: waiting }))).toEqual({ status: 400, code: 21220 })
    call.pickUp()
    await call.answered
    const over = new VoiceResponse()
    over.dial({ callerId: '+13125550100' }).number('+13125550177')
    await client.calls(sid).update({ twiml: over })
    const leg = await call.transferred
    leg.decline('user_busy')
    expect(await leg.outcome).toBe('user_busy')
    expect(await call.ended).toMatchObject({ cause: 'normal_clearing', source: 'caller' })
  })

  it('refuses a token that is wrong or was replaced, and remembers which it saw', async () => {
    expect(await refusalOf(connect(SID, 'guess').balance.fetch())).toEqual({ status: 401, code: 20003 })
    expect(await refusalOf(connect(OTHER_SID, TOKEN).balance.fetch())).toEqual({ status: 401, code: 20003 })
    simulator.account(SID).state = 'revoked'
    expect(await refusalOf(client.balance.fetch())).toEqual({ status: 401, code: 20003 })
    expect([...simulator.seenKeys]).toEqual(['guess', TOKEN])
    expect((await fetch(`${simulator.origin}/2010-04-01/Accounts/${SID}.json`)).status).toBe(401)
  })

  it('keeps accounts apart', async () => {
    const { sid } = await create()
    const stranger = connect(OTHER_SID, 'other-token')
    expect(await refusalOf(stranger.calls(sid).update({ status: 'completed' }))).toEqual({ status: 404, code: 20404 })
    expect(await refusalOf(stranger.api.v2010.accounts(SID).fetch())).toEqual({ status: 404, code: 20404 })
    expect(simulator.liveCalls).toBe(1)
  })

  it.each<[string, number, Record<string, unknown>]>([
    ['no number to call', 21201, { to: undefined }],
    ['a number that is none', 21211, { to: '12' }],
    ['a caller that is none', 21212, { from: 'us' }],
    ['a caller of others', 21210, { from: '+13125559999' }],
    ['no TwiML', 21205, { url: undefined, twiml: undefined, method: 'POST' }],
    ['a URL that is none', 21205, { url: 'voice' }],
    ['a callback that is none', 21609, { statusCallback: 'status' }],
    ['an event that does not exist', 21626, { statusCallbackEvent: ['hung-up'] }],
    ['a detection that does not exist', 20001, { machineDetection: 'Detect' }],
    ['a time that is none', 20001, { timeout: 0 }],
    ['a parameter that does not exist', 20001, { sendDigits: '1' }],
  ])('refuses %s with %i', async (_name, code, change) => {
    const form = new URLSearchParams()
    const fields = { to: '+13125550142', from: '+13125550100', url: 'http://127.0.0.1:1/voice', ...change }
    for (const [name, value] of Object.entries(fields)) {
      if (value === undefined) continue
      const key = `${name.charAt(0).toUpperCase()}${name.slice(1)}`
      for (const item of Array.isArray(value) ? value : [value]) form.append(key, String(item))
    }
    const response = await fetch(`${simulator.origin}/2010-04-01/Accounts/${SID}/Calls.json`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${SID}:${TOKEN}`)}` },
      body: form,
    })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ code, status: 400 })
    expect(simulator.liveCalls).toBe(0)
  })

  it('fails as it is told to, before or after the effect', async () => {
    simulator.failNextCommand({ kind: 'rate-limit' })
    expect(await refusalOf(create())).toEqual({ status: 429, code: 20429 })
    simulator.failNextCommand({ action: 'hangup', kind: 'server-error', isExecuted: true })
    const { sid } = await create()
    const call = await simulator.nextDial()
    expect(await refusalOf(client.calls(sid).update({ status: 'completed' }))).toMatchObject({ status: 503 })
    await call.ended
  })
})
