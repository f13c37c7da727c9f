import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import twilioSdk from 'twilio'
import { createTwilioSimulator } from './index.ts'
import { createApplication, instructions } from './testing/application.ts'
import type { WebhookReply } from '../../src/provider-kit/index.ts'
import type { PlaceCallOptions, TwilioAccount, TwilioSimulator } from './index.ts'
import type { Application, Received } from './testing/application.ts'

const credentials = { accountSid: `AC${'1f'.repeat(16)}`, authToken: 'token-of-the-tenant' }

let simulator: TwilioSimulator
let application: Application
let account: TwilioAccount

beforeEach(async () => {
  application = await createApplication(credentials)
  simulator = await createTwilioSimulator({
    accounts: [{ ...credentials, webhookUrl: application.webhookUrl }],
    latencies: { webhookRetriesMs: [5] },
  })
  account = simulator.account(credentials.accountSid)
})

afterEach(async () => {
  await simulator.close()
  await application.close()
})

const place = (options: Partial<PlaceCallOptions> = {}) =>
  simulator.placeCall({ account, from: '+13125550199', to: '+13125550100', ...options })

const signatureHolds = ({ headers, url, rawBody }: Received) => {
  const parameters = Object.fromEntries(new URLSearchParams(rawBody.toString()))
  return twilioSdk.validateRequest(credentials.authToken, String(headers['x-twilio-signature']), url, parameters)
}

const xml = (body: string): WebhookReply => ({ status: 200, contentType: 'text/xml', body })

describe('an incoming call', () => {
  it('is answered by the TwiML of its voice webhook, streamed, and told when it ended', async () => {
    const call = place()
    const agent = await application.nextSocket()
    await call.streaming
    expect(await agent.next('start')).toEqual({
      type: 'start',
      carrierCallId: call.callControlId,
      streamId: expect.stringMatching(/^MZ[0-9a-f]{32}$/),
      format: { encoding: 'mulaw', sampleRate: 8000 },
    })
    expect(call.status).toBe('in-progress')
    call.hangUp()
    await agent.next('stop')
    expect(await call.ended).toEqual({ cause: 'normal_clearing', source: 'caller', closeCode: 1000, closeReason: '' })
    await simulator.webhooksSettled()
    expect(application.events).toMatchObject([
      {
        type: 'call-initiated',
        carrierCallId: call.callControlId,
        direction: 'inbound',
        from: '+13125550199',
        to: '+13125550100',
        offeredEncodings: ['mulaw'],
      },
      { type: 'call-ended', carrierCallId: call.callControlId, cause: 'completed' },
    ])
    expect(simulator.liveCalls).toBe(0)
    expect(simulator.problems).toEqual([])
  })

  it('is signed as the official SDK and the plugin want it, the upgrade of its stream too', async () => {
    const call = place()
    const { headers } = await application.nextSocket()
    call.hangUp()
    await call.ended
    await simulator.webhooksSettled()
    expect(application.received.map(({ isGenuine }) => isGenuine)).toEqual([true, true])
    expect(application.received.map(signatureHolds)).toEqual([true, true])
    const signature = String(headers['x-twilio-signature'])
    expect(twilioSdk.validateRequest(credentials.authToken, signature, application.streamUrl, {})).toBe(true)
  })

  it.each([
    ['busy', 'user_busy', 'busy'],
    ['rejected', 'call_rejected', 'no-answer'],
  ] as const)('is rejected as %s without being answered', async (cause, hangupCause, status) => {
    application.reply = () => instructions.reject({ cause })
    const call = place()
    expect(await call.rejected).toEqual({ cause: hangupCause })
    expect(await call.ended).toEqual({ cause: hangupCause, source: 'callee' })
    await expect(call.answered).rejects.toThrow('ended before')
    expect(call.status).toBe(status)
    expect(await application.eventOf('call-ended')).toMatchObject({ cause: status })
  })

  it.each([
    ['<Hangup/>', instructions.hangUp()],
    ['an empty response', instructions.acknowledge()],
  ])('is answered and hung up by %s', async (_name, reply) => {
    application.reply = () => reply
    const call = place()
    await call.answered
    expect(await call.ended).toEqual({ cause: 'normal_clearing', source: 'callee' })
  })

  it('is abandoned by the caller while it rings, or when nobody says what to do', async () => {
    account.webhookFaults = { delayMs: { voice: 10_000 } }
    const abandoned = place()
    abandoned.hangUp()
    expect(await abandoned.ended).toEqual({ cause: 'originator_cancel', source: 'caller' })
    expect(await application.eventOf('call-ended')).toMatchObject({ cause: 'canceled', endedBy: 'caller' })
    const forgotten = place({ ringTimeoutMs: 10 })
    expect(await forgotten.ended).toEqual({ cause: 'timeout', source: 'unknown' })
  })

  it('ends when the application closes the socket, as no verb follows', async () => {
    const call = place()
    const agent = await application.nextSocket()
    agent.socket.close(1011, 'Deepgram API key not configured')
    expect(await call.ended).toEqual({
      cause: 'normal_clearing',
      source: 'callee',
      closeCode: 1011,
      closeReason: 'Deepgram API key not configured',
    })
  })

  it('goes on with the verb after the stream', async () => {
    const stream = `<Connect><Stream url="${application.streamUrl}"><Parameter name="a" value="&lt;1&gt;"/></Stream></Connect>`
    application.reply = () => xml(`<Response>${stream}<Say>One moment.</Say><Dial>+13125550177</Dial></Response>`)
    const call = place()
    const agent = await application.nextSocket()
    agent.socket.close()
    const transfer = await call.transferred
    expect(transfer).toMatchObject({ to: '+13125550177', from: '+13125550199' })
    transfer.pickUp()
    expect(await transfer.outcome).toBe('answered')
    transfer.hangUp()
    expect(await call.ended).toMatchObject({ cause: 'normal_clearing' })
  })

  it('ends when the stream is refused', async () => {
    application.isRefusing = true
    const call = place()
    expect(await call.streamFailed).toEqual({ status: 401 })
    expect(await call.ended).toEqual({ cause: 'normal_clearing', source: 'callee' })
    expect(call.problems).toMatchObject([{ code: 31920 }])
  })
})

describe('TwiML', () => {
  it('is what the official SDK writes', () => {
    const { VoiceResponse } = twilioSdk.twiml
    const streaming = new VoiceResponse()
    streaming.connect().stream({ url: 'wss://patchbay.example/media/twilio/t&1' })
    expect(instructions.startStream({ streamUrl: 'wss://patchbay.example/media/twilio/t&1' }).body).toBe(
      streaming.toString(),
    )
    const busy = new VoiceResponse()
    busy.reject({ reason: 'busy' })
    expect(instructions.reject({ cause: 'busy' }).body).toBe(busy.toString())
    const over = new VoiceResponse()
    over.hangup()
    expect(instructions.hangUp().body).toBe(over.toString())
    expect(instructions.acknowledge().body).toBe(new VoiceResponse().toString())
  })

  it.each<[string, number, string | WebhookReply]>([
    ['text that is no XML', 12100, '<Response><Connect></Response>'],
    ['a bare ampersand', 12100, '<Response><Redirect>/a?b&c</Redirect></Response>'],
    ['two roots', 12100, '<Response/><Response/>'],
    ['another root', 12200, '<Answer/>'],
    ['a verb that does not exist', 12200, '<Response><Answer/></Response>'],
    ['a verb in small letters', 12200, '<Response><hangup/></Response>'],
    ['an attribute that does not exist', 12200, '<Response><Reject cause="busy"/></Response>'],
    ['a reason that does not exist', 12200, '<Response><Reject reason="call_rejected"/></Response>'],
    ['a noun without its verb', 12200, '<Response><Stream url="wss://a/b"/></Response>'],
    ['a verb that is empty', 12200, '<Response><Connect/></Response>'],
    ['a query in the stream', 31920, '<Response><Connect><Stream url="wss://a/b?token=1"/></Connect></Response>'],
    ['a stream without TLS', 31910, '<Response><Connect><Stream url="ws://a.example/b"/></Connect></Response>'],
    ['both tracks', 31941, '<Response><Connect><Stream url="wss://a/b" track="both_tracks"/></Connect></Response>'],
    ['a number that is none', 13224, '<Response><Dial><Number>home</Number></Dial></Response>'],
    ['an answer of JSON', 12300, { status: 200, contentType: 'application/json', body: '{"received":true}' }],
    ['an error', 11200, { status: 500, contentType: 'text/xml', body: '<Response/>' }],
  ])('of %s fails the call with %i', async (_name, code, reply) => {
    application.reply = () => (typeof reply === 'string' ? xml(reply) : reply)
    const call = place()
    expect(await call.ended).toEqual({ cause: 'unspecified', source: 'unknown' })
    expect(call.problems).toMatchObject([{ code }])
    expect(await application.eventOf('call-ended')).toMatchObject({ cause: 'failed' })
  })
})

describe('webhooks', () => {
  it('are tried again where there is no connection, as the same event', async () => {
    account.webhookUrl = 'http://127.0.0.1:1/webhooks/twilio/t1'
    const call = place()
    expect(await call.ended).toMatchObject({ cause: 'unspecified' })
    await simulator.webhooksSettled()
    const tries = simulator.webhookDeliveries.filter(({ eventType }) => eventType === 'voice')
    expect(tries.map(({ attempt, failure }) => [attempt, failure])).toEqual([
      [1, 'no-connection'],
      [2, 'no-connection'],
    ])
    expect(new Set(tries.map(({ eventId }) => eventId)).size).toBe(1)
  })

  it('come twice on demand, with one event id', async () => {
    account.webhookFaults = { duplicates: 1 }
    const call = place()
    await call.streaming
    call.hangUp()
    await simulator.webhooksSettled()
    expect(application.events).toHaveLength(4)
    expect(new Set(application.events.map(({ eventId }) => eventId)).size).toBe(2)
  })

  it('come forged on demand, and are refused', async () => {
    account.webhookFaults = { forged: true }
    const call = place()
    expect(await call.ended).toMatchObject({ cause: 'unspecified' })
    await simulator.webhooksSettled()
    expect(application.received.map(({ isGenuine }) => isGenuine)).toEqual([false, false])
  })

  it('can be replayed byte for byte', async () => {
    const call = place()
    await call.streaming
    const [delivery] = simulator.webhookDeliveries
    if (!delivery) throw new Error('nothing was delivered')
    expect(await simulator.replayWebhook(delivery)).toMatchObject({ status: 200 })
    expect(application.received[1]?.rawBody).toEqual(application.received[0]?.rawBody)
    expect(application.events[1]?.eventId).toBe(application.events[0]?.eventId)
  })
})
