import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { CalleeScript } from '../../simulators/telnyx/index.ts'
import { createCallRig, PERSON } from '../testing/call-rig.ts'
import type { CallRig, CarrierId, Workspace } from '../testing/call-rig.ts'
import { followEvents } from '../testing/follow-events.ts'
import { heardSpeech, LETTERS_BEARABLE, lettersMissed, listenToAgent } from '../testing/heard-speech.ts'
import { beginTogether } from '../testing/begin-together.ts'
import type { Scenarios } from '../testing/begin-together.ts'
import { waitUntil } from '../testing/wait-until.ts'

const PATIENCE_MS = 120_000
const GREETING = 'Hello, this is Ada.'
const HOURS = 'We open at nine.'
const MESSAGE = 'Please call back.'
/** 400 ms that a machine says. */
const ANNOUNCEMENT = Buffer.alloc(3200, 0x9a)

describe.each<CarrierId>(['telnyx', 'twilio'])('a call that goes out through %s', (carrier) => {
  let rig: CallRig<CarrierId>
  let tenant: Workspace<CarrierId>
  let finished: (scenario: string) => Promise<void>

  beforeAll(async () => {
    rig = await createCallRig<CarrierId>({
      carrier,
      agent: {
        greeting: GREETING,
        promptMarkdown: 'You call {{customer}} about {{subject}} on {{called_number}}.',
        variables: [{ name: 'customer' }, { name: 'subject', default: 'a visit' }],
      },
      deadlines: { machineGreetingMs: 1_500 },
      simulators: { openai: { script: () => HOURS } },
    })
    tenant = rig.workspaces[0] as Workspace<CarrierId>
    finished = beginTogether(scenarios)
  }, PATIENCE_MS)
  afterAll(() => rig?.close())

  let lastDial: Promise<unknown> = Promise.resolve()
  let people = 0

  /** Dials somebody who does as told, a person of their own; one after another, as the carrier names no dial. */
  const dial = (script: CalleeScript | undefined, body: object = {}) => {
    const to = `+131255501${50 + people++}`
    if (script) tenant.carrier.callees[to] = script
    const dialled = lastDial.then(async () => {
      const answer = await tenant.dial({ to, ...body }).expect(202)
      return { to, call: await rig.carrier.nextDial(), id: answer.body.call.id, answer: answer.body.call }
    })
    lastDial = dialled.catch(() => {})
    return dialled
  }
  const record = (id: unknown) => tenant.as('get', `/api/calls/${id}?depth=0`).expect(200)

  /** Leaves a message with a machine, and says nothing before it. */
  const leaveMessage = async (script: CalleeScript) => {
    const { call } = await dial(script, { machineDetection: 'leave-message', voicemailMessage: MESSAGE })
    await call.ended
    expect(await tenant.closedCall(call)).toMatchObject({
      status: 'voicemail',
      endedReason: 'voicemail',
      answeredBy: 'machine',
      endedDetail: 'A message was left.',
    })
    const heard = heardSpeech(call, { from: 400 })
    expect(lettersMissed(heard.slice(heard.indexOf('p')), MESSAGE)).toBeLessThanOrEqual(LETTERS_BEARABLE)
  }

  const beTalkedTo = async (script: CalleeScript, body: object = {}) => {
    const { call } = await dial(script, body)
    await call.streaming
    // A machine that goes on talking interrupts the agent as anybody would.
    const { text } = await listenToAgent(call, { after: 0 })
    expect(text).not.toBe('')
    expect(lettersMissed(text, GREETING)).toBeLessThan(Number.POSITIVE_INFINITY)
    call.hangUp()
    expect(await tenant.closedCall(call)).toMatchObject({ status: 'completed', endedReason: 'caller-hangup' })
  }

  const scenarios: Scenarios = {
    'should be a conversation with the person who answers, greeting first, and can be followed': async () => {
      const { to, call, id, answer } = await dial({ detectionMs: 200 }, { variables: { customer: 'Bob' } })
      expect(answer).toMatchObject({ direction: 'outbound', from: tenant.number, to, provider: carrier })
      expect(['queued', 'ringing', 'in-progress']).toContain(answer.status)
      const followed = followEvents(`${rig.server.url}/api/calls/${id}/events`, tenant.token)
      followed.catch(() => {})
      await call.streaming
      const greeting = await listenToAgent(call, { after: 0 })
      const asked = await call.say('opening-hours')
      const answered = await listenToAgent(call, { after: asked.speechEndMs })
      expect(lettersMissed(greeting.text, GREETING)).toBeLessThanOrEqual(LETTERS_BEARABLE)
      expect(lettersMissed(answered.text, HOURS)).toBeLessThanOrEqual(LETTERS_BEARABLE)
      call.hangUp()
      const closed = await tenant.closedCall(call)
      expect(closed).toMatchObject({
        id,
        direction: 'outbound',
        status: 'completed',
        endedReason: 'caller-hangup',
        answeredBy: 'human',
        from: tenant.number,
        to,
        agentName: 'Agent 0',
      })
      expect(closed.transcript?.map(({ speaker, text }) => [speaker, text])).toEqual([
        ['agent', GREETING],
        ['caller', 'What are your opening hours today?'],
        ['agent', HOURS],
      ])
      expect(closed.receipt?.map(({ provider }) => provider).sort()).toEqual(
        ['deepgram', 'elevenlabs', 'openai', carrier].sort(),
      )
      const prompts = rig.openai.requests.map(({ body }) => JSON.stringify(body ?? null))
      expect(prompts).toContainEqual(expect.stringContaining(`"You call Bob about a visit on ${to}."`))

      const events = await followed
      expect(events.at(-1)).toEqual({ type: 'state', data: { status: 'completed', endedReason: 'caller-hangup' } })
      expect(events.filter(({ type }) => type === 'transcript').map(({ data }) => data.text)).toContain(HOURS)
      expect(events.some(({ type, data }) => type === 'latency' && typeof data.engineMs === 'number')).toBe(true)
      await tenant.as('get', `/api/calls/${id}/events`).expect(409)
    },

    'should be hung up where a machine answers': async () => {
      const { call } = await dial({ is: 'machine', greeting: ANNOUNCEMENT })
      expect(await call.ended).toMatchObject({ source: 'caller' })
      expect(await tenant.closedCall(call)).toMatchObject({
        status: 'voicemail',
        endedReason: 'voicemail',
        answeredBy: 'machine',
        endedDetail: expect.stringContaining('no message was left'),
      })
    },

    'should leave a message behind its beep, and say nothing before it': () =>
      leaveMessage({ is: 'machine', greeting: ANNOUNCEMENT, detectionMs: 20 }),

    'should leave a message behind its greeting, which ends without a beep, and say nothing before it': () =>
      leaveMessage({ is: 'machine', greeting: ANNOUNCEMENT, beep: false, detectionMs: 20 }),

    'should not claim that a message was left which the machine cut off': async () => {
      const script: CalleeScript = { is: 'machine', greeting: ANNOUNCEMENT, detectionMs: 20 }
      const voicemailMessage = 'Please call us back as soon as you can, because we have something to tell you.'
      const { call } = await dial(script, { machineDetection: 'leave-message', voicemailMessage })
      await call.streaming
      await waitUntil(() => heardSpeech(call).includes('please'), 'the message to begin')
      call.hangUp()
      expect(await tenant.closedCall(call)).toMatchObject({
        status: 'voicemail',
        endedReason: 'voicemail',
        endedDetail: 'The call ended before the message was over.',
      })
    },

    'should talk to whoever is not known to be a machine': () => beTalkedTo({ is: 'unknown' }),

    'should talk to a machine where nobody asks': () =>
      beTalkedTo({ is: 'machine', greeting: ANNOUNCEMENT }, { machineDetection: 'off' }),
  }

  it.each(Object.keys(scenarios))('%s', (scenario) => finished(scenario))

  it.each<[string, CalleeScript, object]>([
    ['busy', { does: 'busy' }, { status: 'busy', endedReason: 'busy' }],
    ['away', { does: 'no-answer', afterMs: 20 }, { status: 'no-answer', endedReason: 'no-answer' }],
    ['unwilling', { does: 'rejects' }, { status: 'no-answer', endedReason: 'rejected' }],
    ['unreachable', { does: 'fails' }, { status: 'failed', endedReason: 'carrier-failed' }],
  ])('should say that the person is %s', async (_what, script, expected) => {
    const { call } = await dial(script)
    expect(await tenant.closedCall(call)).toMatchObject({ ...expected, durationSeconds: 0 })
  })

  it('should ring, and stop ringing when a member hangs up', async () => {
    const { call, id } = await dial(undefined)
    await rig.carrier.webhooksSettled()
    expect((await record(id)).body.status).toBe('ringing')
    const { body } = await tenant.as('post', `/api/calls/${id}/hangup`).expect(200)
    expect(body.call).toEqual({ id, status: 'canceled', endedReason: 'operator-hangup' })
    expect(await call.ended).toMatchObject({ source: 'caller' })
  })

  it('should be recorded as refused where the carrier refuses the number, in its name', async () => {
    const isTelnyx = carrier === 'telnyx'
    if ('type' in tenant.carrier) tenant.carrier.type = 'Trial'
    const { body } = await tenant.dial({ to: isTelnyx ? '+999123456789' : PERSON }).expect(422)
    if ('type' in tenant.carrier) tenant.carrier.type = 'Full'
    const name = isTelnyx ? 'Telnyx' : 'Twilio'
    expect(body).toMatchObject({
      code: 'carrier_refused',
      error: expect.stringContaining(`${name} refused the call.`),
      call: { status: 'failed', endedReason: 'carrier-failed', endedDetail: expect.stringContaining(name) },
    })
    expect((await record(body.call.id)).body).toMatchObject({
      status: 'failed',
      endedReason: 'carrier-failed',
      endedDetail: body.call.endedDetail,
    })
  })

  it('should say what is missing at the carrier where that may call nobody', async () => {
    if (!('outboundVoiceProfileId' in tenant.carrier)) return
    const { outboundVoiceProfileId } = tenant.carrier
    tenant.carrier.outboundVoiceProfileId = null
    const { body } = await tenant.dial().expect(422)
    tenant.carrier.outboundVoiceProfileId = outboundVoiceProfileId
    expect(body).toMatchObject({
      code: 'carrier_refused',
      error: expect.stringContaining('The Voice API application has no outbound voice profile'),
      call: { status: 'failed', endedReason: 'carrier-failed' },
    })
  })

  it('should hang a call up that the carrier dialled although its answer was lost', async () => {
    delete tenant.carrier.callees[PERSON]
    rig.carrier.failNextCommand({
      action: carrier === 'telnyx' ? 'calls' : 'dial',
      kind: 'server-error',
      isExecuted: true,
    })
    if (carrier === 'telnyx') rig.carrier.failNextCommand({ action: 'calls', kind: 'server-error', isExecuted: false })
    const { body } = await tenant.dial().expect(502)
    expect(body).toMatchObject({ code: 'carrier_unreachable', call: { status: 'failed' } })
    const call = await rig.carrier.nextDial()
    call.pickUp()
    expect(await call.ended).toMatchObject({ source: 'caller' })
  })

  it('should be hung up when it is answered and no process holds it', async () => {
    // Twilio asks what to do with it, and is told to hang up.
    if (carrier === 'twilio') return
    const { connectionId } = tenant.carrier as unknown as { connectionId: string }
    await fetch(`${rig.carrier.origin}/v2/calls`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tenant.keys.telnyx}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        connection_id: connectionId,
        to: PERSON,
        from: tenant.number,
        webhook_url: `${rig.server.url}/webhooks/telnyx/${tenant.tenantId}`,
        client_state: Buffer.from('dial:of-a-process-that-is-gone').toString('base64'),
      }),
    })
    const call = await rig.carrier.nextDial()
    await rig.carrier.webhooksSettled()
    expect(call.isEnded).toBe(false)
    call.pickUp()
    expect(await call.ended).toMatchObject({ source: 'caller' })
  })

  it('should call once although the carrier fails at first', async () => {
    // Twilio knows no repetition, so that nothing is sent a second time there.
    if (carrier === 'twilio') return
    rig.carrier.failNextCommand({ action: 'calls', kind: 'server-error', isExecuted: true })
    const before = rig.carrier.liveCalls
    const { call, id } = await dial(undefined)
    expect(rig.carrier.liveCalls).toBe(before + 1)
    call.decline('user_busy')
    expect(await tenant.closedCall(call)).toMatchObject({ id, status: 'busy' })
  })
})
