import { createServer } from 'node:http'
import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import Telnyx from 'telnyx'
import telnyx from '../../plugins/telnyx/index.ts'
import { createTelnyxSimulator } from './index.ts'
import type { IncomingHttpHeaders, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TelnyxAccount, TelnyxSimulator } from './index.ts'

const API_KEY = 'KEY-of-the-tenant'

type Received = { path: string; headers: IncomingHttpHeaders; rawBody: Buffer; url: string }

let server: Server
let received: Received[]
/** Statuses to answer with, in order; then 200. */
let statuses: number[]
let simulator: TelnyxSimulator
let account: TelnyxAccount

beforeEach(async () => {
  received = []
  statuses = []
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    received.push({ path: '', headers: request.headers, rawBody: Buffer.concat(chunks), url: request.url ?? '' })
    response.writeHead(statuses.shift() ?? 200).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const webhookUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/telnyx/t1`
  simulator = await createTelnyxSimulator({
    accounts: [{ apiKey: API_KEY, webhookUrl }],
    latencies: { webhookRetriesMs: [10, 10] },
  })
  account = simulator.account(API_KEY)
})

afterEach(async () => {
  await simulator.close()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const placeCall = () => simulator.placeCall({ account, from: '+13125550199', to: '+13125550100', codec: 'PCMA' })

const verify = (request: Received) => {
  const credentials = { apiKey: API_KEY, publicKey: account.publicKey, connectionId: account.connectionId }
  return telnyx.telephony?.verifyWebhook(request, credentials, Date.now())
}
const parse = (request: Received) => telnyx.telephony?.parseWebhook(request)
const typesOf = (requests: Received[]) =>
  requests.map((request) => JSON.parse(request.rawBody.toString()).data.event_type)

describe('webhooks', () => {
  it('tell a call from ring to end, signed as the official SDK and the plugin want it', async () => {
    const call = placeCall()
    await simulator.webhooksSettled()
    call.hangUp()
    await call.ended
    await simulator.webhooksSettled()
    const client = new Telnyx({ apiKey: API_KEY, publicKey: account.publicKey })
    for (const request of received) {
      await client.webhooks.unwrap(request.rawBody.toString(), { headers: request.headers as Record<string, string> })
      expect(verify(request)).toEqual({ ok: true })
    }
    expect(received.map(parse)).toMatchObject([
      {
        type: 'call-initiated',
        carrierCallId: call.callControlId,
        direction: 'inbound',
        from: '+13125550199',
        to: '+13125550100',
        offeredEncodings: ['alaw'],
      },
      { type: 'call-ended', carrierCallId: call.callControlId, cause: 'canceled', endedBy: 'caller' },
    ])
  })

  it('come again until they are answered with 2xx, as the same event', async () => {
    statuses = [500, 401]
    placeCall()
    await simulator.webhooksSettled()
    expect(simulator.webhookDeliveries.map(({ attempt, status }) => [attempt, status])).toEqual([
      [1, 500],
      [2, 401],
      [3, 200],
    ])
    expect(new Set(received.map((request) => parse(request)?.eventId)).size).toBe(1)
  })

  it('are given up when nobody listens', async () => {
    account.webhookUrl = 'http://127.0.0.1:1/'
    placeCall()
    await simulator.webhooksSettled()
    expect(simulator.webhookDeliveries.map(({ failure }) => failure)).toEqual(Array(3).fill('no-connection'))
  })

  it('come twice, forged, stale or from the future on demand', async () => {
    account.webhookFaults = { duplicates: 1 }
    placeCall()
    await simulator.webhooksSettled()
    expect(received.map((request) => parse(request)?.eventId)).toEqual(
      Array(2).fill(simulator.webhookDeliveries[0]?.eventId),
    )
    for (const faults of [{ forged: true }, { timestampOffsetSeconds: -400 }, { timestampOffsetSeconds: 400 }]) {
      received = []
      account.webhookFaults = faults
      placeCall()
      await simulator.webhooksSettled()
      expect(received.map(verify)).toMatchObject([{ ok: false, status: 401 }])
    }
  })

  it('overtake each other on demand', async () => {
    account.webhookFaults = { delayMs: { 'call.initiated': 100 } }
    placeCall().hangUp()
    await simulator.webhooksSettled()
    expect(typesOf(received)).toEqual(['call.hangup', 'call.initiated'])
  })

  it('can be replayed byte for byte', async () => {
    placeCall()
    await simulator.webhooksSettled()
    const [delivery] = simulator.webhookDeliveries
    if (!delivery) throw new Error('nothing was delivered')
    expect(await simulator.replayWebhook(delivery)).toMatchObject({ status: 200 })
    expect(received[1]?.rawBody).toEqual(received[0]?.rawBody)
    expect(received[1]?.headers['telnyx-signature-ed25519']).toBe(received[0]?.headers['telnyx-signature-ed25519'])
  })

  it('come in the flat format from an application set to API v1', async () => {
    account.webhookApiVersion = '1'
    placeCall()
    await simulator.webhooksSettled()
    const [request] = received
    if (!request) throw new Error('nothing was delivered')
    expect(verify(request)).toEqual({ ok: true })
    expect(() => parse(request)).toThrow(/API v1/)
  })
})
