import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import request from 'supertest'
import { getRuntime } from '../server/runtime.ts'
import { createCallRig, PERSON } from '../testing/call-rig.ts'
import type { CallRig, CarrierId, Workspace } from '../testing/call-rig.ts'
import { addPerson } from '../testing/people.ts'

describe.each<CarrierId>(['telnyx', 'twilio'])('a call through %s that is not dialled', (carrier) => {
  let rig: CallRig<CarrierId>
  let tenant: Workspace<CarrierId>

  beforeAll(async () => {
    rig = await createCallRig<CarrierId>({ carrier, tenants: 2 })
    tenant = rig.workspaces[0] as Workspace<CarrierId>
  })
  afterAll(() => rig?.close())

  const dials = () => tenant.commands().filter(({ action }) => action === 'dial').length

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
