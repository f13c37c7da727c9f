import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { getRuntime } from '../server/runtime.ts'
import { createCallRig } from '../testing/call-rig.ts'
import type { CallRig, Workspace } from '../testing/call-rig.ts'

const AGENT = {
  name: 'Another agent',
  kind: 'voice',
  promptMarkdown: 'Be brief.',
  stt: { provider: 'deepgram' },
  llm: { provider: 'openai' },
  tts: { provider: 'elevenlabs' },
}

describe('a call that cannot be answered', () => {
  let rig: CallRig
  let tenant: Workspace
  let tenants: Workspace[]
  beforeAll(async () => {
    rig = await createCallRig({ tenants: 5 })
    tenants = rig.workspaces
    tenant = tenants[0] as Workspace
  })
  afterAll(() => rig?.close())
  afterEach(async () => {
    getRuntime().isDraining = false
    await rig.server.idle()
    expect(getRuntime().liveCalls.size).toBe(0)
    expect(rig.telnyx.liveCalls).toBe(0)
  })

  it('should be rejected even where no record can be opened', async () => {
    const { payload } = rig.server
    const create = payload.create.bind(payload)
    payload.create = (async (options: Parameters<typeof create>[0]) => {
      if (options.collection === 'calls') throw new Error('The database is away.')
      return create(options)
    }) as typeof payload.create
    try {
      const call = tenant.call()
      expect(await call.rejected).toEqual({ cause: 'user_busy' })
    } finally {
      payload.create = create
    }
  })

  const addNumber = async (number: string, agent?: unknown) => {
    const { status, body } = await tenant.as('post', '/api/phone-numbers').send({ number, provider: 'telnyx', agent })
    expect([status, body.errors]).toEqual([201, undefined])
  }
  const deleteKey = (workspace: Workspace, provider: string) =>
    workspace.as('delete', `/api/user-api-keys/${provider}?confirm=true`).expect(200)
  const statusOfStored = async (workspace: Workspace, provider: string) =>
    (await workspace.as('post', '/api/user-api-keys/validate').send({ provider }).expect(200)).body.check.status
  /** The carrier rejects the call; nothing was answered and no provider was asked for anything. */
  const expectRefusal = async (workspace: Workspace, to: string, expected: Record<string, unknown>) => {
    const call = workspace.call({ to })
    expect(await call.rejected).toEqual({ cause: expected.endedReason === 'shutdown' ? 'user_busy' : 'call_rejected' })
    const record = await workspace.closedCall(call)
    expect(record).toMatchObject({
      status: 'failed',
      durationSeconds: 0,
      from: call.from,
      to,
      transcript: null,
      ...expected,
    })
    const commands = workspace.commands().filter(({ callControlId }) => callControlId === call.callControlId)
    expect(commands.map(({ action }) => action)).toEqual(['reject'])
    const ended = rig.logLines.map((line) => JSON.parse(line)).filter(({ callId }) => callId === record.publicId)
    expect(ended.filter(({ event }) => event === 'call.ended')).toMatchObject([{ reason: expected.endedReason }])
  }

  it('should be rejected for an unknown number', async () => {
    await expectRefusal(tenant, '+14155559999', {
      endedReason: 'unknown-number',
      endedDetail: expect.stringContaining('phone numbers of the workspace'),
      agent: null,
    })
  })

  it('should be rejected for a number of another tenant', async () => {
    await expectRefusal(tenant, tenants[1]?.number ?? '', { endedReason: 'unknown-number', phoneNumber: null })
    expect(await tenants[1]?.callRecords()).toEqual([])
  })

  it('should be rejected for a number without an agent, or whose agent is a draft', async () => {
    await addNumber('+14155552001')
    const draft = await tenant
      .as('post', '/api/agents')
      .send({ ...AGENT, _status: 'draft' })
      .expect(201)
    await addNumber('+14155552002', draft.body.doc.id)
    for (const number of ['+14155552001', '+14155552002']) {
      await expectRefusal(tenant, number, {
        endedReason: 'agent-not-published',
        endedDetail: expect.stringContaining('Publish'),
        agent: null,
      })
    }
  })

  it('should be rejected as busy while the server drains', async () => {
    getRuntime().isDraining = true
    await expectRefusal(tenant, tenant.number, { endedReason: 'shutdown', status: 'canceled' })
  })

  it('should be rejected when keys are missing, each of them named', async () => {
    const workspace = tenants[1] as Workspace
    await deleteKey(workspace, 'deepgram')
    await expectRefusal(workspace, workspace.number, {
      endedReason: 'key-missing',
      endedDetail: expect.stringMatching(/^Deepgram API key not configured\./),
    })
    await deleteKey(workspace, 'elevenlabs')
    await expectRefusal(workspace, workspace.number, {
      endedReason: 'key-missing',
      endedDetail: expect.stringMatching(/Deepgram API key not configured\. ElevenLabs API key not configured\./),
    })
    expect(rig.deepgram.sessions.filter(({ key }) => key === workspace.keys.deepgram)).toEqual([])
  })

  it('should be rejected when a key is known to be dead', async () => {
    const workspace = tenants[2] as Workspace
    rig.openai.setFault('unauthorized', { key: workspace.keys.openai })
    expect(await statusOfStored(workspace, 'openai')).toBe('rejected')
    await expectRefusal(workspace, workspace.number, {
      endedReason: 'key-rejected',
      endedDetail: expect.stringMatching(/^OpenAI API key rejected\./),
    })
  })

  it("should leave a closed record when the carrier's own key is dead, known or not", async () => {
    const workspace = tenants[3] as Workspace
    workspace.carrier.state = 'revoked'
    const unknown = workspace.call()
    const expected = { status: 'failed', endedReason: 'key-rejected', durationSeconds: 0 }
    expect(await workspace.closedCall(unknown)).toMatchObject({
      ...expected,
      endedDetail: expect.stringContaining('Telnyx'),
    })
    expect(await statusOfStored(workspace, 'telnyx')).toBe('rejected')
    const known = workspace.call()
    expect(await workspace.closedCall(known)).toMatchObject({
      ...expected,
      endedDetail: 'Telnyx API key rejected. Enter what is missing under API keys.',
    })
    for (const call of [unknown, known]) call.hangUp()
  })

  it('should leave a closed record when the carrier takes no command', async () => {
    const workspace = tenants[4] as Workspace
    for (let attempt = 0; attempt < 3; attempt++) rig.telnyx.failNextCommand({ action: 'answer', kind: 'server-error' })
    const call = workspace.call()
    const { cause } = await call.ended
    expect(cause).toBe('normal_clearing')
    expect(await workspace.closedCall(call)).toMatchObject({
      status: 'failed',
      endedReason: 'carrier-failed',
      endedDetail: expect.stringMatching(/^Telnyx did not answer\./),
    })
  })
})
