import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import request from 'supertest'
import type { CalleeScript } from '../../simulators/telnyx/index.ts'
import { getRuntime } from '../server/runtime.ts'
import { createCallRig, PERSON } from '../testing/call-rig.ts'
import type { CallRig, CarrierId, Workspace } from '../testing/call-rig.ts'
import { followEvents } from '../testing/follow-events.ts'
import { heardSpeech, listenToAgent } from '../testing/heard-speech.ts'
import { beginTogether } from '../testing/begin-together.ts'
import type { Scenarios } from '../testing/begin-together.ts'
import { addPerson } from '../testing/people.ts'
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
      tenants: 2,
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
  const dials = () => tenant.commands().filter(({ action }) => action === 'dial').length
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
    expect(heardSpeech(call, { from: 400 })).toMatch(new RegExp(`${MESSAGE.toLowerCase()}$`))
  }

  const beTalkedTo = async (script: CalleeScript, body: object = {}) => {
    const { call } = await dial(script, body)
    await call.streaming
    // A machine that goes on talking interrupts the agent as anybody would.
    expect(GREETING.toLowerCase()).toContain((await listenToAgent(call, { after: 0 })).text || '-')
    call.hangUp()
    expect(await tenant.closedCall(call)).toMatchObject({ status: 'completed', endedReason: 'caller-hangup' })
  }

  const scenarios: Scenarios = {
    'should be a conversation with the person who answers, greeting first, and can be followed': async () => {
      const { to, call, id, answer } = await dial({ detectionMs: 200 }, { variables: { customer: 'Bob' } })
      expect(answer).toMatchObject({ direction: 'outbound', from: tenant.number, to, provider: carrier })
      expect(['queued', 'ringing', 'in-progress']).toContain(answer.status)
      const followed = followEvents(`${rig.server.url}/api/calls/${id}/events`, tenant.token)
      await call.streaming
      const greeting = await listenToAgent(call, { after: 0 })
      const asked = await call.say('opening-hours')
      const answered = await listenToAgent(call, { after: asked.speechEndMs })
      expect([greeting.text, answered.text]).toEqual([GREETING.toLowerCase(), HOURS.toLowerCase()])
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

  describe('before anything is dialled', () => {
    it.each<[string, Record<string, unknown>, number, string]>([
      ['without a number', { to: undefined }, 400, 'invalid_input'],
      ['with a number of another form', { to: '0171 123' }, 400, 'invalid_input'],
      ['with a field that does not exist', { recipient: '+13125550142' }, 400, 'invalid_input'],
      ['with no message to leave', { machineDetection: 'leave-message' }, 400, 'invalid_input'],
      ['to ring for an hour', { ringSeconds: 3600 }, 400, 'invalid_input'],
      ['from a number that is not its own', { from: '+14155559999' }, 422, 'unknown_from'],
      ['by an agent that does not exist', { agent: 999_999 }, 404, 'agent_not_found'],
      ['by an agent of another form', { agent: 'nobody' }, 404, 'agent_not_found'],
      ['with a variable that the agent lacks', { variables: { weather: 'fine' } }, 422, 'unknown_variables'],
    ])('should be refused %s', async (_what, body, status, code) => {
      const before = dials()
      const answer = await tenant.dial(body)
      expect([answer.status, answer.body.code]).toEqual([status, code])
      expect(dials()).toBe(before)
    })

    it("should be refused with another tenant's agent, and to who is no editor", async () => {
      const stranger = rig.workspaces[1] as Workspace<CarrierId>
      expect((await tenant.dial({ agent: stranger.agentId }).expect(404)).body.code).toBe('agent_not_found')
      const viewer = await addPerson(rig.server, {
        tenant: { id: Number(tenant.tenantId) || tenant.tenantId, slug: '' },
        role: 'viewer',
      })
      const post = () => request(rig.server.url).post('/api/calls/outbound').send({ agent: tenant.agentId, to: PERSON })
      expect((await post().set(viewer.headers).expect(403)).body.code).toBe('forbidden')
      expect((await post().expect(401)).body.code).toBe('unauthenticated')
    })

    it('should name every key that is missing', async () => {
      const poor = rig.workspaces[1] as Workspace<CarrierId>
      await poor.as('delete', '/api/user-api-keys/deepgram?confirm=true').expect(200)
      const missing = await poor.dial().expect(409)
      expect(missing.body).toMatchObject({
        code: 'missing_keys',
        service: 'ai-calling',
        missingProviders: ['deepgram'],
        setupUrl: '/admin/settings/api-keys',
      })
      await poor.as('delete', `/api/user-api-keys/${carrier}?confirm=true`).expect(200)
      expect((await poor.dial().expect(409)).body.missingProviders.sort()).toEqual(['deepgram', carrier].sort())
      expect(poor.commands()).toEqual([])
      expect(await poor.callRecords()).toEqual([])
    })

    it('should be refused where the shutdown begins in the middle of it, and its record say so', async () => {
      const { payload } = rig.server
      const create = payload.create.bind(payload)
      payload.create = (async (options: Parameters<typeof create>[0]) => {
        if (options.collection === 'calls') getRuntime().isDraining = true
        return create(options)
      }) as typeof payload.create
      const before = dials()
      try {
        expect((await tenant.dial().expect(503)).body.code).toBe('draining')
      } finally {
        payload.create = create
        getRuntime().isDraining = false
      }
      expect(dials()).toBe(before)
      const [newest] = await tenant.callRecords()
      expect(newest).toMatchObject({ status: 'canceled', endedReason: 'shutdown', durationSeconds: 0 })
    })

    it('should be refused to a workspace that calls too often', async () => {
      const busy = rig.workspaces[1] as Workspace<CarrierId>
      const answers = []
      for (let attempt = 0; attempt < 61; attempt++) answers.push(await busy.dial({ agent: 999_999 }))
      const { status, body, headers } = answers.at(-1) as request.Response
      expect([status, body.code]).toEqual([429, 'too_many_calls'])
      expect(Number(headers['retry-after'])).toBeGreaterThan(0)
      expect((await tenant.dial({ agent: 999_999 })).status).toBe(404)
    })

    it('should be refused while the server shuts down, and by an agent that is not published', async () => {
      getRuntime().isDraining = true
      try {
        expect((await tenant.dial().expect(503)).body.code).toBe('draining')
      } finally {
        getRuntime().isDraining = false
      }
      await tenant.as('patch', `/api/agents/${tenant.agentId}`).send({ _status: 'draft' }).expect(200)
      expect((await tenant.dial().expect(422)).body.code).toBe('agent_not_published')
      await tenant.as('patch', `/api/agents/${tenant.agentId}`).send({ _status: 'published' }).expect(200)
    })
  })
})
