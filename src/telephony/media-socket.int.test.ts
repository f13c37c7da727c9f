import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { getRuntime } from '../server/runtime.ts'
import { createCallRig } from '../testing/call-rig.ts'
import type { CallRig, Workspace } from '../testing/call-rig.ts'
import { eventOf, postWebhook } from '../testing/carrier-webhooks.ts'
import { listenToAgent } from '../testing/heard-speech.ts'
import { dialMedia } from '../testing/media-client.ts'
import { waitUntil } from '../testing/wait-until.ts'

const TOKEN_MS = 1_200

describe('the media socket of a call', () => {
  let rig: CallRig
  let tenant: Workspace
  beforeAll(async () => {
    rig = await createCallRig({
      agent: { greeting: 'Yes?' },
      deadlines: { answerMs: 2_000, streamMs: 2_500, startFrameMs: 800, mediaTokenMs: TOKEN_MS },
    })
    tenant = rig.workspaces[0] as Workspace
  })
  afterAll(() => rig?.close())
  afterEach(async () => {
    await rig.server.idle()
    expect(getRuntime().liveCalls.size).toBe(0)
    expect(rig.telnyx.liveCalls).toBe(0)
    await waitUntil(() => rig.deepgram.sessions.every(({ isOpen }) => !isOpen), "Deepgram's streams to close")
    await Promise.all(rig.elevenlabs.connections.map(({ closed }) => closed))
  })

  /** An answered call whose carrier leaves it to the test to dial the stream. */
  const offerStream = async () => {
    rig.telnyx.failNextCommand({ action: 'streaming_start', kind: 'ignored' })
    const call = tenant.call()
    const find = () =>
      tenant
        .commands()
        .find(({ action, callControlId }) => action === 'streaming_start' && callControlId === call.callControlId)
    const { body } = await waitUntil(find, 'the stream to be asked for')
    return { call, url: String(body.stream_url) }
  }
  const carrierFailed = (detail: string) => ({
    status: 'failed',
    endedReason: 'carrier-failed',
    endedDetail: expect.stringContaining(detail),
  })

  it('should be taken once for each token, and not under another path', async () => {
    const { call, url } = await offerStream()
    expect(url).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/media\/telnyx\/[\w-]{43}$/)
    const base = url.replace(/[^/]+$/, '')
    for (const wrong of [`${base}${'x'.repeat(43)}`, base, `${url}/more`, url.replace('/telnyx/', '/nobody/none/')]) {
      expect([wrong, (await dialMedia(wrong)).status]).toEqual([wrong, 401])
    }
    const client = await dialMedia(url)
    expect(client.status).toBe(101)
    expect((await dialMedia(url)).status).toBe(401)
    client.send({ event: 'connected', version: '1.0.0' })
    // Audio that comes before its stream has begun belongs to nobody.
    client.sendSilence(1)
    client.start(call.callControlId)
    client.start(call.callControlId)
    await waitUntil(() => client.received.some(({ event }) => event === 'media'), 'the greeting')
    await waitUntil(() => rig.deepgram.sessions.length > 0, 'the transcription')
    expect((await dialMedia(url)).status).toBe(401)
    client.send({ event: 'stop', stop: { call_control_id: call.callControlId } })
    expect(await client.closed).toEqual({ code: 1000, reason: 'caller-hangup' })
    expect(await tenant.closedCall(call)).toMatchObject({ status: 'completed', endedReason: 'caller-hangup' })
    expect((await call.ended).cause).toBe('normal_clearing')
    expect(rig.deepgram.sessions).toHaveLength(1)
  })

  it("should be refused under another carrier's path, to a call that has ended, and when the token is stale", async () => {
    const first = await offerStream()
    expect((await dialMedia(first.url.replace('/telnyx/', '/twilio/'))).status).toBe(401)
    first.call.hangUp()
    expect(await tenant.closedCall(first.call)).toMatchObject({ status: 'completed', endedReason: 'caller-hangup' })

    const ended = await offerStream()
    ended.call.hangUp()
    await tenant.closedCall(ended.call)
    expect((await dialMedia(ended.url)).status).toBe(401)

    const stale = await offerStream()
    const issuedAt = performance.now()
    await waitUntil(() => performance.now() - issuedAt > TOKEN_MS, 'the token to go stale')
    expect((await dialMedia(stale.url)).status).toBe(401)
    stale.call.hangUp()
    await tenant.closedCall(stale.call)
  })

  it('should bear a few broken frames and go on with the conversation', async () => {
    const call = tenant.call()
    await call.streaming
    const broken = [
      '{',
      '[]',
      '{"event":7}',
      '{"event":"media"}',
      '{"event":"media","media":{"track":"inbound","chunk":"1","payload":"?"}}',
    ]
    for (const frame of broken) call.sendRaw(frame)
    await listenToAgent(call, { after: 0 })
    const { endMs } = await call.say('hello')
    await call.agentSpeaks({ after: endMs })
    call.hangUp()
    const record = await tenant.closedCall(call)
    expect(record).toMatchObject({ status: 'completed', endedReason: 'caller-hangup' })
    expect(record.transcript?.[1]).toMatchObject({ speaker: 'caller', text: 'Hello.' })
  })

  it.each([
    ['many broken frames', () => '{"event":"media","media":{}}', 1008],
    ['binary frames', () => Buffer.alloc(160), 1008],
    ['a frame far too large', () => `{"event":"media","media":{"payload":"${'A'.repeat(70_000)}"}}`, 1009],
  ])('should end the call that sends %s', async (_what, frame, code) => {
    const { call, url } = await offerStream()
    const client = await dialMedia(url)
    client.start(call.callControlId)
    await waitUntil(() => client.received.length > 0, 'the greeting')
    for (let count = 0; count < (code === 1009 ? 1 : 20); count++) client.sendRaw(frame())
    expect((await client.closed).code).toBe(code)
    expect(await tenant.closedCall(call)).toMatchObject(
      carrierFailed(code === 1008 ? 'frames that are none' : 'dropped the media stream'),
    )
    expect((await call.ended).source).toBe('callee')
  })

  it('should end the call whose stream is that of another', async () => {
    const [call, other] = [await offerStream(), await offerStream()]
    const client = await dialMedia(call.url)
    client.start(other.call.callControlId)
    expect((await client.closed).reason).toBe('carrier-failed')
    expect(await tenant.closedCall(call.call)).toMatchObject(carrierFailed('belongs to another call'))
    expect((await call.call.ended).source).toBe('callee')
    expect(client.received).toEqual([])
    other.call.hangUp()
    expect(await tenant.closedCall(other.call)).toMatchObject({ endedReason: 'caller-hangup' })
  })

  it('should end the call when it breaks off without a word', async () => {
    const call = tenant.call()
    await call.streaming
    await listenToAgent(call, { after: 0 })
    call.dropStream()
    expect(await tenant.closedCall(call)).toMatchObject({
      ...carrierFailed('dropped the media stream'),
      transcript: [{ text: 'Yes?' }],
    })
    expect(await call.ended).toMatchObject({ cause: 'normal_clearing', source: 'callee' })
  })

  it('should not be waited for without end, whatever the carrier leaves undone', async () => {
    const unopened = await offerStream()
    const unstarted = await offerStream()
    const failed = await offerStream()
    const client = await dialMedia(unstarted.url)
    client.send({ event: 'connected', version: '1.0.0' })
    const webhook = { url: tenant.carrier.webhookUrl ?? '', signer: tenant.carrier }
    await postWebhook({ ...webhook, body: eventOf(failed.call, 'streaming.failed') })
    rig.telnyx.failNextCommand({ action: 'answer', kind: 'ignored' })
    const unanswered = tenant.call()

    expect((await client.closed).reason).toBe('carrier-failed')
    const expectations = [
      [unstarted.call, 'The media stream did not begin.'],
      [failed.call, 'could not open the media stream: connection_failed'],
      [unopened.call, 'did not open its media stream'],
      [unanswered, 'did not say that the call was answered'],
    ] as const
    for (const [call, detail] of expectations) {
      expect(await tenant.closedCall(call)).toMatchObject(carrierFailed(detail))
      expect(await call.ended).toMatchObject({ cause: 'normal_clearing', source: 'callee' })
    }
  })
})
