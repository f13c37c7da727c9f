import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import Telnyx from 'telnyx'
import { createTelnyxSimulator } from './index.ts'
import type { CallHandle, TelnyxSimulator } from './index.ts'

const API_KEY = `KEY${'a'.repeat(55)}`
const OTHER_KEY = `KEY${'b'.repeat(55)}`
const CONNECTION = '1293384261075731499'

let simulator: TelnyxSimulator
let client: Telnyx

beforeEach(async () => {
  simulator = await createTelnyxSimulator({
    accounts: [
      {
        apiKey: API_KEY,
        connectionId: CONNECTION,
        numbers: ['+13125550100', '+13125550101', '+13125550102'],
        balance: '12.50',
      },
      { apiKey: OTHER_KEY },
    ],
  })
  client = connect(API_KEY)
})

afterEach(() => simulator.close())

const connect = (apiKey: string) => new Telnyx({ apiKey, baseURL: `${simulator.origin}/v2`, maxRetries: 0 })

const placeCall = (): CallHandle => simulator.placeCall({ account: API_KEY, from: '+13125550199', to: '+13125550100' })

const refusalOf = async (request: Promise<unknown>) => {
  const error = await request.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof Telnyx.APIError)) throw new Error('The SDK saw no API error.')
  return { status: error.status, code: (error.error as { errors: { code: string }[] }).errors[0]?.code }
}

describe('the REST API, seen by the official SDK', () => {
  it('tells the balance, the numbers page by page, and the application', async () => {
    expect((await client.balance.retrieve()).data).toMatchObject({
      balance: '12.50',
      available_credit: '12.50',
      currency: 'USD',
    })
    const numbers: string[] = []
    for await (const number of client.phoneNumbers.list({ 'page[size]': 2 } as never)) numbers.push(number.phone_number)
    expect(numbers).toEqual(['+13125550100', '+13125550101', '+13125550102'])
    const { data } = await client.callControlApplications.retrieve(CONNECTION)
    expect(data).toMatchObject({ id: CONNECTION, active: true, webhook_api_version: '2', webhook_event_url: '' })
  })

  it('lets the webhook URL of the application be set', async () => {
    const webhook_event_url = 'http://127.0.0.1:9/webhooks/telnyx/t1'
    await client.callControlApplications.update(CONNECTION, { application_name: 'call-router', webhook_event_url })
    expect(simulator.account(API_KEY).webhookUrl).toBe(webhook_event_url)
  })

  it('answers and hangs up a call, and says that it has ended', async () => {
    const call = placeCall()
    expect((await client.calls.actions.answer(call.callControlId, { command_id: 'c1' })).data).toEqual({ result: 'ok' })
    await call.answered
    await client.calls.actions.hangup(call.callControlId, { command_id: 'c2' })
    expect(await call.ended).toEqual({ cause: 'normal_clearing', source: 'callee' })
    expect(await refusalOf(client.calls.actions.hangup(call.callControlId, { command_id: 'c3' }))).toEqual({
      status: 422,
      code: '90018',
    })
    await expect(call.streaming).rejects.toThrow('ended before')
  })

  it.each([
    ['CALL_REJECTED', 'call_rejected'],
    ['USER_BUSY', 'user_busy'],
  ] as const)('rejects a call with %s', async (cause, hangupCause) => {
    const call = placeCall()
    await client.calls.actions.reject(call.callControlId, { cause })
    expect(await call.rejected).toEqual({ cause: hangupCause })
    expect(await call.ended).toMatchObject({ cause: hangupCause, source: 'callee' })
  })

  it('ignores a command id that it has seen', async () => {
    const call = placeCall()
    await client.calls.actions.answer(call.callControlId, { command_id: 'same' })
    await client.calls.actions.answer(call.callControlId, { command_id: 'same' })
    expect(await refusalOf(client.calls.actions.answer(call.callControlId, { command_id: 'new' }))).toMatchObject({
      status: 422,
    })
    expect(simulator.commands.map(({ status, isDuplicate }) => [status, isDuplicate])).toEqual([
      [200, false],
      [200, true],
      [422, false],
    ])
  })

  it('dials, and lets the person take the call or not', async () => {
    const dial = { connection_id: CONNECTION, from: '+13125550100', to: '+13125550142', client_state: 'eA==' }
    const { data } = await client.calls.dial(dial)
    const call = await simulator.nextDial()
    expect(data).toMatchObject({
      record_type: 'call',
      call_control_id: call.callControlId,
      is_alive: false,
      client_state: 'eA==',
    })
    call.pickUp()
    await call.answered
    call.hangUp()
    expect(await call.ended).toEqual({ cause: 'normal_clearing', source: 'callee' })
    await client.calls.dial(dial)
    const second = await simulator.nextDial()
    second.decline('user_busy')
    expect(await second.ended).toMatchObject({ cause: 'user_busy' })
  })

  it('refuses a key that is unknown, revoked or of an inactive account, and remembers which it saw', async () => {
    expect(await refusalOf(connect('KEY-of-nobody').balance.retrieve())).toEqual({ status: 401, code: '10009' })
    simulator.account(API_KEY).state = 'revoked'
    expect(await refusalOf(client.balance.retrieve())).toEqual({ status: 401, code: '10009' })
    simulator.account(API_KEY).state = 'inactive'
    expect(await refusalOf(client.balance.retrieve())).toEqual({ status: 403, code: '20012' })
    expect([...simulator.seenKeys]).toEqual(['KEY-of-nobody', API_KEY])
    expect((await fetch(`${simulator.origin}/v2/balance`)).status).toBe(401)
  })

  it('keeps accounts apart', async () => {
    const call = placeCall()
    const stranger = connect(OTHER_KEY)
    expect(await refusalOf(stranger.calls.actions.answer(call.callControlId, {}))).toEqual({
      status: 404,
      code: '10005',
    })
    expect(await refusalOf(stranger.callControlApplications.retrieve(CONNECTION))).toEqual({
      status: 404,
      code: '10005',
    })
    call.hangUp()
    expect(await refusalOf(stranger.calls.actions.hangup(call.callControlId, {}))).toEqual({
      status: 404,
      code: '10005',
    })
  })

  it.each([
    ['a parameter that does not exist', 'answer', { stream_urls: 'x' }],
    ['a parameter of the wrong type', 'answer', { send_silence_when_idle: 'yes' }],
    ['a client state that is not base64', 'answer', { client_state: 'not base64' }],
    ['a rejection without a cause', 'reject', {}],
    ['a cause that does not exist', 'reject', { cause: 'BUSY' }],
    ['a stream before the call is answered', 'streaming_start', { stream_url: 'ws://127.0.0.1:9/' }],
    ['a stream URL over http', 'streaming_start', { stream_url: 'http://127.0.0.1:9/' }],
    [
      'a codec in lower case',
      'streaming_start',
      { stream_url: 'ws://127.0.0.1:9/', stream_bidirectional_codec: 'pcmu' },
    ],
    [
      'a sampling rate that does not exist',
      'streaming_start',
      { stream_url: 'ws://x', stream_bidirectional_sampling_rate: 44_100 },
    ],
  ])('refuses %s', async (_name, action, body) => {
    const call = placeCall()
    const path = `/calls/${encodeURIComponent(call.callControlId)}/actions/${action}`
    expect(await refusalOf(client.post(path, { body }))).toMatchObject({ status: 422 })
    expect(call.isEnded).toBe(false)
  })

  it('refuses a call that it does not know, an action that does not exist, and what is not JSON', async () => {
    const call = placeCall()
    expect(await refusalOf(client.calls.actions.answer('v3:none', {}))).toEqual({ status: 404, code: '10005' })
    expect(await refusalOf(client.post(`/calls/${call.callControlId}/actions/sing`, { body: {} }))).toMatchObject({
      status: 404,
    })
    const response = await fetch(`${simulator.origin}/v2/calls/${call.callControlId}/actions/answer`, {
      method: 'POST',
      headers: { authorization: `Bearer ${API_KEY}` },
      body: '{',
    })
    expect(response.status).toBe(400)
  })

  it('fails as it is told to, before or after the effect', async () => {
    const call = placeCall()
    simulator.failNextCommand({ action: 'answer', kind: 'server-error', isExecuted: true })
    expect(await refusalOf(client.calls.actions.answer(call.callControlId, { command_id: 'c' }))).toMatchObject({
      status: 503,
    })
    await call.answered
    const { length } = simulator.commands
    simulator.failNextCommand({ action: 'hangup', kind: 'ignored' })
    await client.calls.actions.hangup(call.callControlId, { command_id: 'h' })
    expect(call.isEnded).toBe(false)
    expect(simulator.commands.slice(length)).toMatchObject([
      { action: 'hangup', apiKey: API_KEY, callControlId: call.callControlId, body: { command_id: 'h' }, status: 200 },
    ])
    simulator.failNextCommand({ kind: 'rate-limit' })
    expect(await refusalOf(client.calls.actions.hangup(call.callControlId, {}))).toEqual({ status: 429, code: '10011' })
    expect(call.isEnded).toBe(false)
    simulator.failNextCommand({ action: 'hangup', kind: 'silence', isExecuted: true })
    await expect(client.calls.actions.hangup(call.callControlId, {}, { timeout: 50 })).rejects.toThrow(
      Telnyx.APIConnectionError,
    )
    await call.ended
  })

  it('gives up a call that nobody answers', async () => {
    const call = simulator.placeCall({ account: API_KEY, from: '+1', to: '+13125550100', ringTimeoutMs: 20 })
    expect(await call.ended).toEqual({ cause: 'timeout', source: 'unknown' })
    expect(simulator.liveCalls).toBe(0)
  })
})
