import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { createCallRig } from '../testing/call-rig.ts'
import type { CallRig, Workspace } from '../testing/call-rig.ts'

const HANG_UP = /<Response><Hangup\/><\/Response>$/
const STREAM = /<Connect><Stream url="ws:\/\/[^"?]+\/media\/twilio\/[\w-]+"\/><\/Connect>/

describe('a carrier that asks what to do with a call', () => {
  let rig: CallRig<'twilio'>
  let tenant: Workspace<'twilio'>
  let url: string
  beforeAll(async () => {
    rig = await createCallRig({ carrier: 'twilio', tenants: 2 })
    tenant = rig.workspaces[0] as Workspace<'twilio'>
    url = tenant.carrier.webhookUrl ?? ''
  })
  afterEach(() => {
    tenant.carrier.webhookFaults = {}
  })
  afterAll(() => rig?.close())

  const voiceOf = ({ callControlId }: { callControlId: string }) =>
    rig.carrier.webhookDeliveries.filter(
      (delivery) => delivery.callControlId === callControlId && delivery.eventType === 'voice',
    )
  const recordsOf = async ({ callControlId }: { callControlId: string }) =>
    (await tenant.callRecords()).filter(({ carrierCallId }) => carrierCallId === callControlId)

  /** A webhook written by hand, signed as the account signs. */
  const post = async (
    path: string,
    fields: Record<string, string>,
    { base = url, sign = tenant.carrier.sign } = {},
  ) => {
    const response = await fetch(`${base}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-twilio-signature': sign(`${base}${path}`, fields),
      },
      body: new URLSearchParams(fields),
    })
    return { status: response.status, type: response.headers.get('content-type') ?? '', text: await response.text() }
  }
  const sid = () => `CA${Array.from({ length: 32 }, () => Math.floor(Math.random() * 16).toString(16)).join('')}`
  const voice = (fields: Record<string, string> = {}) => ({
    AccountSid: tenant.carrier.accountSid,
    CallSid: sid(),
    CallStatus: 'ringing',
    Direction: 'inbound',
    From: '+13125550100',
    To: tenant.number,
    ...fields,
  })

  it('should be told once, however often it asks', async () => {
    tenant.carrier.webhookFaults = { duplicates: 2 }
    const call = tenant.call()
    await call.streaming
    await rig.carrier.webhooksSettled()
    const [first] = voiceOf(call)
    if (!first) throw new Error('Nothing was asked.')
    const again = await rig.carrier.replayWebhook(first)
    call.hangUp()
    expect(await tenant.closedCall(call)).toMatchObject({ status: 'completed', endedReason: 'caller-hangup' })
    const late = await rig.carrier.replayWebhook(first)

    const answers = [...voiceOf(call), again, late].map(({ answer, status }) => [status, answer])
    expect(answers.length).toBeGreaterThanOrEqual(5)
    expect(first.answer).toMatch(STREAM)
    expect(new Set(answers.map(String)).size).toBe(1)
    expect(await recordsOf(call)).toHaveLength(1)
  })

  it('should get TwiML, and an empty one for what it only tells', async () => {
    const told = await post('/status', voice({ CallStatus: 'completed', SequenceNumber: '0', CallbackSource: 'x' }))
    expect(told).toMatchObject({ status: 200, type: expect.stringContaining('text/xml') })
    expect(told.text).toMatch(/<Response\/>$/)
  })

  it('should be told to hang up where nobody knows the call, or it has ended before', async () => {
    expect((await post('/voice', voice({ Direction: 'outbound-api' }))).text).toMatch(HANG_UP)
    const CallSid = sid()
    await post('/status', voice({ CallSid, CallStatus: 'canceled', SequenceNumber: '1', CallbackSource: 'x' }))
    await rig.server.idle()
    expect((await post('/voice', voice({ CallSid }))).text).toMatch(HANG_UP)
    expect(await recordsOf({ callControlId: CallSid })).toEqual([])
  })

  it('should have the call rejected, not answered, that nobody takes', async () => {
    expect((await post('/voice', voice({ To: '+14155559999' }))).text).toContain('<Reject reason="rejected"/>')
  })

  it.each<[string, string, Record<string, unknown>, number, string]>([
    ['is signed by somebody else', '/voice', { sign: () => 'AAAA' }, 403, 'invalid_signature'],
    ['is signed by somebody else and only tells', '/status', { sign: () => 'AAAA' }, 403, 'invalid_signature'],
    ['has no purpose', '', {}, 404, 'unknown_webhook'],
    ['has a purpose that is none', '/speech', {}, 404, 'unknown_webhook'],
    ['has two', '/voice/status', {}, 404, ''],
  ])('should be refused what %s', async (_what, path, options, status, code) => {
    const fields = voice()
    const answer = await post(path, fields, options)
    expect(answer.status).toBe(status)
    if (code) expect(JSON.parse(answer.text)).toMatchObject({ code })
    await rig.server.idle()
    expect(await recordsOf({ callControlId: fields.CallSid ?? '' })).toEqual([])
  })

  it("should be refused at another tenant's door, and at one of a carrier without purposes", async () => {
    const stranger = rig.workspaces[1] as Workspace<'twilio'>
    const base = stranger.carrier.webhookUrl ?? ''
    expect((await post('/voice', voice(), { base })).status).toBe(403)
    const none = `${rig.server.url}/webhooks/twilio/999999`
    expect((await post('/voice', voice(), { base: none })).status).toBe(403)
    const telnyx = `${rig.server.url}/webhooks/telnyx/${tenant.tenantId}`
    expect((await post('/voice', voice(), { base: telnyx })).status).toBe(404)
  })
})

describe('a carrier that waits too long', () => {
  it('should be told to hang up, and the record say so', async () => {
    const rig = await createCallRig({ carrier: 'twilio', deadlines: { instructionMs: 20 } })
    try {
      const [tenant] = rig.workspaces as [Workspace<'twilio'>]
      const { payload } = rig.server
      const find = payload.find.bind(payload)
      // A database that takes its time.
      payload.find = (async (options: Parameters<typeof find>[0]) => {
        await new Promise((resolve) => setTimeout(resolve, 60))
        return find(options)
      }) as typeof payload.find
      const call = tenant.call()
      await call.ended
      expect(await tenant.closedCall(call)).toMatchObject({
        status: 'failed',
        endedReason: 'carrier-failed',
        endedDetail: expect.stringContaining('waited too long'),
      })
      expect(rig.carrier.webhookDeliveries[0]?.answer).toMatch(HANG_UP)
    } finally {
      await rig.close()
    }
  })
})
