import { createServer } from 'node:http'
import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import Telnyx from 'telnyx'
import { WebSocketServer } from 'ws'
import telnyx from '../../plugins/telnyx/index.ts'
import { createTelnyxSimulator } from './index.ts'
import { takeAgentSocket } from './testing/agent-socket.ts'
import type { AddressInfo } from 'node:net'
import type { Server } from 'node:http'
import type { TelephonyEvent } from '../../src/provider-kit/index.ts'
import type { CalleeScript, TelnyxAccount, TelnyxSimulator } from './index.ts'

const API_KEY = 'KEY-of-the-tenant'
const OURS = '+13125550100'
const PERSON = '+13125550142'
const COLLEAGUE = '+13125550177'
/** 60 ms that a machine says. */
const GREETING = Buffer.alloc(480, 0x90)

let server: Server
let sockets: WebSocketServer
let webhookUrl: string
let events: { name: string; event: TelephonyEvent }[]
let simulator: TelnyxSimulator
let account: TelnyxAccount
let client: Telnyx

beforeEach(async () => {
  events = []
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const rawBody = Buffer.concat(chunks)
    const event = telnyx.telephony?.parseWebhook({ path: '', headers: request.headers, rawBody, url: webhookUrl })
    if (event) events.push({ name: JSON.parse(rawBody.toString()).data.event_type, event })
    response.writeHead(200).end()
  })
  sockets = new WebSocketServer({ server })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  webhookUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/telnyx/t1`
  simulator = await createTelnyxSimulator({
    accounts: [{ apiKey: API_KEY, numbers: [OURS], webhookUrl: 'http://127.0.0.1:1/elsewhere' }],
  })
  account = simulator.account(API_KEY)
  client = new Telnyx({ apiKey: API_KEY, baseURL: `${simulator.origin}/v2`, maxRetries: 0 })
})

afterEach(async () => {
  await simulator.close()
  for (const socket of sockets.clients) socket.terminate()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

type Detection = 'premium' | 'detect' | 'greeting_end'

const dial = async (script: CalleeScript, detection?: Detection) => {
  account.callees[PERSON] = script
  await client.calls.dial({
    connection_id: account.connectionId,
    from: OURS,
    to: PERSON,
    webhook_url: webhookUrl,
    ...(detection ? { answering_machine_detection: detection } : {}),
  })
  return simulator.nextDial()
}

const openStream = async (callControlId: string) => {
  const taken = takeAgentSocket(sockets)
  await client.calls.actions.startStreaming(callControlId, {
    stream_url: webhookUrl.replace('http', 'ws'),
    stream_bidirectional_mode: 'rtp',
  })
  return taken
}

const names = () => events.map(({ name }) => name)

describe('a dialled call', () => {
  it('tells its events to the URL of the dial, in order', async () => {
    const call = await dial({})
    await call.answered
    call.hangUp()
    await simulator.webhooksSettled()
    expect(names()).toEqual(['call.initiated', 'call.answered', 'call.hangup'])
    expect(events.at(-1)?.event).toMatchObject({ type: 'call-ended', cause: 'completed', endedBy: 'callee' })
  })

  it.each<[NonNullable<CalleeScript['does']>, string]>([
    ['busy', 'busy'],
    ['rejects', 'rejected'],
    ['fails', 'failed'],
  ])('is not answered where the person is %s', async (does, cause) => {
    const call = await dial({ does })
    await call.ended
    await simulator.webhooksSettled()
    expect(events.at(-1)?.event).toMatchObject({ type: 'call-ended', cause })
  })

  it.each<[Detection, CalleeScript, string[]]>([
    ['premium', { is: 'human' }, ['human answerer-detected']],
    ['premium', { is: 'fax' }, ['fax answerer-detected']],
    ['premium', { is: 'unknown' }, ['unknown answerer-detected']],
    ['premium', { is: 'machine', greeting: GREETING }, ['machine answerer-detected', 'machine beep']],
    ['premium', { is: 'machine', greeting: GREETING, beep: false }, ['machine answerer-detected']],
    ['premium', { is: 'machine', greeting: GREETING, detectionMs: 700 }, ['machine beep']],
    [
      'greeting_end',
      { is: 'machine', greeting: GREETING, beep: false },
      ['machine answerer-detected', 'greeting ended'],
    ],
    ['detect', { is: 'machine', greeting: GREETING }, ['machine answerer-detected']],
  ])('tells by %s detection who answered: %j', async (detection, script, expected) => {
    const call = await dial(script, detection)
    await call.answered
    const agent = await openStream(call.callControlId)
    const loud = () => agent.heard().filter((byte) => byte !== 0xff).length
    while (script.is === 'machine' && loud() < 480) await agent.next('media')
    if (script.is === 'machine') await new Promise((resolve) => setTimeout(resolve, 800))
    await simulator.webhooksSettled()
    const told = events.flatMap(({ event }) => {
      if (event.type === 'machine-greeting-ended') return ['greeting ended']
      if (event.type !== 'answerer-detected') return []
      return [event.beep ? `${event.answerer} beep` : `${event.answerer} ${event.type}`]
    })
    expect(told).toEqual(expected)
  })

  it('is dialled once for a command id', async () => {
    const command = {
      connection_id: account.connectionId,
      from: OURS,
      to: PERSON,
      webhook_url: webhookUrl,
      command_id: 'same',
    }
    const first = await client.calls.dial(command)
    const second = await client.calls.dial(command)
    expect(second.data?.call_control_id).toBe(first.data?.call_control_id)
    expect(simulator.liveCalls).toBe(1)
    expect(simulator.commands.map(({ isDuplicate }) => isDuplicate)).toEqual([false, true])
  })

  it('is refused for a number that is none', async () => {
    const command = { connection_id: account.connectionId, from: OURS, to: '+999123456789' }
    await expect(client.calls.dial(command)).rejects.toMatchObject({ status: 422 })
  })
})

describe('a call that is handed on', () => {
  const handOn = async (script: CalleeScript) => {
    const call = await dial({})
    await call.answered
    account.callees[COLLEAGUE] = script
    const plugin = telnyx.telephony?.createClient({
      credentials: { apiKey: API_KEY, publicKey: account.publicKey, connectionId: account.connectionId },
      origins: { api: simulator.origin },
    })
    await plugin?.transfer({ carrierCallId: call.callControlId, commandId: 't1', to: COLLEAGUE, from: OURS })
    return call
  }

  it('is told of by its own id once the other number answered, and ends with it', async () => {
    const call = await handOn({})
    const leg = await call.transferred
    expect(await leg.outcome).toBe('answered')
    leg.hangUp()
    await call.ended
    await simulator.webhooksSettled()
    const { callControlId: carrierCallId } = call
    expect(events.map(({ event }) => event)).toContainEqual(
      expect.objectContaining({ type: 'transfer-completed', carrierCallId }),
    )
  })

  it('goes on where the other number is busy', async () => {
    const call = await handOn({ does: 'busy' })
    await (await call.transferred).ended
    await simulator.webhooksSettled()
    const failed = { type: 'transfer-failed', carrierCallId: call.callControlId, reason: 'user_busy' }
    expect(events.map(({ event }) => event)).toContainEqual(expect.objectContaining(failed))
    expect(call.isEnded).toBe(false)
  })
})

it('notes the keys that are pressed for the application', async () => {
  const call = await dial({})
  await call.answered
  await client.calls.actions.sendDtmf(call.callControlId, { digits: '12#' })
  expect(call.events.at(-1)).toMatchObject({ name: 'agent-keys', detail: '12#' })
  await expect(client.calls.actions.sendDtmf(call.callControlId, { digits: 'x' })).rejects.toMatchObject({
    status: 422,
  })
})
