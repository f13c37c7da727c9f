import { createServer } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { isProviderError } from '../../src/provider-kit/index.ts'
import telnyx from './index.ts'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TelephonyClient } from '../../src/provider-kit/index.ts'

const credentials = { apiKey: 'KEY-of-the-tenant', publicKey: `${'A'.repeat(43)}=`, connectionId: '1' }
const carrierCallId = 'v3:a/b?c'
const OK = { status: 200, body: { data: { result: 'ok' } } }
const errorBody = (code: string) => ({ errors: [{ code, title: 'title', detail: `echo of ${credentials.apiKey}` }] })

type Seen = { path: string; authorization: string | undefined; body: Record<string, unknown> }
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
      body: JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>,
    })
    if (step === undefined || step === 'silence') return
    response.writeHead(step.status, { 'content-type': 'application/json' }).end(JSON.stringify(step.body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const created = telnyx.telephony?.createClient({ credentials, origins: { api: `http://127.0.0.1:${port}` } })
  if (!created) throw new Error('Telnyx has no telephony')
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

describe('the commands', () => {
  it('are sent as documented, the call id encoded, with the command id', async () => {
    await client.answer({ carrierCallId, commandId: 'c1' })
    await client.reject({ carrierCallId, commandId: 'c2', cause: 'busy' })
    await client.reject({ carrierCallId, commandId: 'c3', cause: 'rejected' })
    await client.hangUp({ carrierCallId, commandId: 'c4' })
    await client.startStream({ carrierCallId, commandId: 'c5', streamUrl: 'wss://x/media', encoding: 'mulaw' })
    await client.startStream({ carrierCallId, commandId: 'c6', streamUrl: 'wss://x/media', encoding: 'alaw' })
    const path = (action: string) => `POST /v2/calls/v3%3Aa%2Fb%3Fc/actions/${action}`
    const stream = { stream_url: 'wss://x/media', stream_track: 'inbound_track', stream_bidirectional_mode: 'rtp' }
    expect(seen.map((request) => [request.path, request.body])).toEqual([
      [path('answer'), { command_id: 'c1' }],
      [path('reject'), { command_id: 'c2', cause: 'USER_BUSY' }],
      [path('reject'), { command_id: 'c3', cause: 'CALL_REJECTED' }],
      [path('hangup'), { command_id: 'c4' }],
      [
        path('streaming_start'),
        { ...stream, command_id: 'c5', stream_codec: 'PCMU', stream_bidirectional_codec: 'PCMU' },
      ],
      [
        path('streaming_start'),
        { ...stream, command_id: 'c6', stream_codec: 'PCMA', stream_bidirectional_codec: 'PCMA' },
      ],
    ])
    expect(new Set(seen.map((request) => request.authorization))).toEqual(new Set(['Bearer KEY-of-the-tenant']))
  })

  it('hand the call over and press keys', async () => {
    const webhookUrl = 'https://patchbay.example/webhooks/telnyx/7'
    await client.transfer({ carrierCallId, commandId: 'c1', to: '+13125550111' })
    await client.transfer({ carrierCallId, commandId: 'c2', to: '+13125550111', from: '+13125550122', webhookUrl })
    await client.sendDtmf?.({ carrierCallId, commandId: 'c3', digits: '12#' })
    const state = Buffer.from(`transfer:${carrierCallId}`).toString('base64')
    const path = (action: string) => `POST /v2/calls/v3%3Aa%2Fb%3Fc/actions/${action}`
    const to = { to: '+13125550111', target_leg_client_state: state }
    const webhook = { webhook_url: webhookUrl, webhook_url_method: 'POST' }
    expect(seen.map((request) => [request.path, request.body])).toEqual([
      [path('transfer'), { ...to, command_id: 'c1' }],
      [path('transfer'), { ...to, ...webhook, from: '+13125550122', command_id: 'c2' }],
      [path('send_dtmf'), { digits: '12#', command_id: 'c3' }],
    ])
  })

  it('are sent again with the same command id on a server error and on silence', async () => {
    script = [{ status: 503, body: {} }, 'silence', OK]
    await client.answer({ carrierCallId, commandId: 'c1' })
    expect(seen.map((request) => request.body)).toEqual([
      { command_id: 'c1' },
      { command_id: 'c1' },
      { command_id: 'c1' },
    ])
  })

  it('give up after three attempts', async () => {
    script = [{ status: 500, body: errorBody('10007') }]
    expect(await failureOf(client.answer({ carrierCallId, commandId: 'c1' }))).toMatchObject({
      kind: 'unreachable',
      status: 500,
    })
    expect(seen).toHaveLength(3)
  })

  it('time out when the carrier stays silent', async () => {
    script = ['silence']
    expect(await failureOf(client.answer({ carrierCallId, commandId: 'c1' }))).toMatchObject({ kind: 'timeout' })
    expect(seen).toHaveLength(3)
  })

  it('count the end of an ended call as done, and nothing else', async () => {
    script = [{ status: 422, body: errorBody('90018') }]
    await client.hangUp({ carrierCallId, commandId: 'c1' })
    await client.reject({ carrierCallId, commandId: 'c2', cause: 'busy' })
    expect(await failureOf(client.answer({ carrierCallId, commandId: 'c3' }))).toMatchObject({ kind: 'closed' })
    script = [{ status: 422, body: errorBody('10015') }]
    expect(await failureOf(client.hangUp({ carrierCallId, commandId: 'c4' }))).toMatchObject({
      kind: 'invalid-request',
    })
  })

  it.each([
    [401, '10009', 'rejected'],
    [403, '10010', 'limited'],
    [403, '20012', 'rejected'],
    [403, '20100', 'out-of-credit'],
    [402, 'none', 'out-of-credit'],
    [404, '10005', 'invalid-request'],
    [422, '10015', 'invalid-request'],
    [422, '90042', 'rate-limited'],
    [429, '10011', 'rate-limited'],
  ])('map HTTP %i with code %s to %s, at once and without the text that Telnyx sent', async (status, code, kind) => {
    script = [{ status, body: errorBody(code) }]
    const error = await failureOf(client.answer({ carrierCallId, commandId: 'c1' }))
    expect(error).toMatchObject({ provider: 'telnyx', kind, status })
    expect(`${error.message} ${JSON.stringify(error)}`).not.toContain(credentials.apiKey)
    expect(seen).toHaveLength(1)
  })
})

describe('a dial', () => {
  const webhookUrl = 'https://patchbay.example/webhooks/telnyx/1'
  const command = { to: '+13125550111', from: '+13125550122', commandId: 'd1', webhookUrl, ringSeconds: 30 }
  const dialled = { status: 200, body: { data: { record_type: 'call', call_control_id: 'v3:new', is_alive: false } } }
  const body = {
    connection_id: '1',
    to: '+13125550111',
    from: '+13125550122',
    timeout_secs: 30,
    webhook_url: webhookUrl,
    webhook_url_method: 'POST',
    client_state: Buffer.from('dial:d1').toString('base64'),
    command_id: 'd1',
  }

  it('names the call, asks who answered where that is wanted, and keeps to the ringing times of Telnyx', async () => {
    script = [dialled]
    expect(await client.dial({ ...command, detectMachine: false })).toEqual({ carrierCallId: 'v3:new' })
    await client.dial({ ...command, detectMachine: true, ringSeconds: 1 })
    await client.dial({ ...command, detectMachine: false, ringSeconds: 1000 })
    expect(seen.map((request) => [request.path, request.body])).toEqual([
      ['POST /v2/calls', body],
      ['POST /v2/calls', { ...body, answering_machine_detection: 'premium', timeout_secs: 5 }],
      ['POST /v2/calls', { ...body, timeout_secs: 600 }],
    ])
  })

  it('is sent once more with the same command id on a server error', async () => {
    script = [{ status: 503, body: {} }, dialled]
    expect(await client.dial({ ...command, detectMachine: false })).toEqual({ carrierCallId: 'v3:new' })
    expect(seen.map((request) => request.body)).toEqual([body, body])
  })

  it.each([
    [422, '10002', 'invalid-request'],
    [403, '10010', 'limited'],
    [403, '20100', 'out-of-credit'],
    [401, '10009', 'rejected'],
  ])('that is refused with HTTP %i and code %s fails as %s and is not sent again', async (status, code, kind) => {
    script = [{ status, body: errorBody(code) }]
    expect(await failureOf(client.dial({ ...command, detectMachine: false }))).toMatchObject({ kind, status })
    expect(seen).toHaveLength(1)
  })

  it.each([
    ['D38', 'limited', 'no outbound voice profile'],
    ['D13', 'invalid-request', 'does not allow calls to this country'],
    ['D1', 'rate-limited', 'as many calls out as it may have'],
    ['D99', 'limited', 'lacks the permission'],
  ])('that the network refuses by %s fails as %s and says why', async (code, kind, words) => {
    const errors = [{ code: '10010', title: 'Authorization failed', detail: `Connection has no profile ${code}.` }]
    const refused = { data: { call_control_id: 'v3:new' }, errors, telnyx_error: { error_code: code } }
    script = [{ status: 403, body: refused }]
    const failure = await failureOf(client.dial({ ...command, detectMachine: false }))
    expect(failure).toMatchObject({ kind, providerCode: code, message: expect.stringContaining(words) })
    expect(seen).toHaveLength(1)
  })

  it('that is taken without naming the call fails', async () => {
    expect(await failureOf(client.dial({ ...command, detectMachine: false }))).toMatchObject({ kind: 'failed' })
  })
})
