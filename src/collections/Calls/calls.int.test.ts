import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import request from 'supertest'
import { createCallRig } from '../../testing/call-rig.ts'
import type { CallRig, Workspace } from '../../testing/call-rig.ts'
import { addPerson } from '../../testing/people.ts'
import type { DocumentId } from '../../access/index.ts'

describe('the records of calls', () => {
  let rig: CallRig
  let tenant: Workspace
  let stranger: Workspace
  beforeAll(async () => {
    rig = await createCallRig({ tenants: 2 })
    tenant = rig.workspaces[0] as Workspace
    stranger = rig.workspaces[1] as Workspace
  })
  afterAll(() => rig?.close())

  const liveCall = async () => {
    const call = tenant.call()
    await call.answered
    await call.streaming
    await call.agentSpeaks({ after: 0 })
    const [record] = await tenant.callRecords()
    return { call, id: record?.id as DocumentId }
  }
  const hangUp = (id: DocumentId, headers: Record<string, string>) =>
    request(rig.server.url).post(`/api/calls/${id}/hangup`).set(headers)
  const headersOf = ({ token }: Workspace) => ({ Authorization: `JWT ${token}` })
  const member = (role: 'editor' | 'viewer') =>
    addPerson(rig.server, { tenant: { id: Number(tenant.tenantId) || tenant.tenantId, slug: '' }, role })

  it('should let owners and editors hang up a live call, and nobody else', async () => {
    const editor = await member('editor')
    const viewer = await member('viewer')
    const { call, id } = await liveCall()

    expect((await hangUp(id, {}).expect(401)).body.code).toBe('unauthenticated')
    expect((await hangUp(id, viewer.headers).expect(403)).body.code).toBe('forbidden')
    expect((await hangUp(id, headersOf(stranger)).expect(404)).body.code).toBe('not_found')
    expect(call.isEnded).toBe(false)

    const { body } = await hangUp(id, editor.headers).expect(200)
    expect(body).toEqual({ call: { id, status: 'completed', endedReason: 'operator-hangup' } })
    await call.ended

    const { body: refusal } = await hangUp(id, editor.headers).expect(409)
    expect(refusal).toEqual({ error: 'This call has already ended.', code: 'call_not_live' })
    await hangUp(id, headersOf(tenant)).expect(409)
  })

  it.each(['999999', 'no-such-id', '%20'])('should know no call "%s" to hang up', async (id) => {
    expect((await hangUp(id, headersOf(tenant)).expect(404)).body.code).toBe('not_found')
  })

  it('should leave the usage of a call to its workspace, one row for each provider and unit', async () => {
    const { call, id } = await liveCall()
    await call.agentSilent({ forMs: 800 })
    const asked = await call.say('opening-hours')
    await call.agentSpeaks({ after: asked.endMs })
    await call.agentSilent({ forMs: 1_000, after: asked.endMs + 500 })
    await hangUp(id, headersOf(tenant)).expect(200)
    const record = await tenant.closedCall()
    expect(record.id).toBe(id)

    const { body } = await tenant.as('get', `/api/usage?where[call][equals]=${id}&limit=50`).expect(200)
    const rows = (body.docs as { provider: string; kind: string; unit: string; quantity: number }[]).map(
      ({ provider, kind, unit }) => `${provider} ${kind} ${unit}`,
    )
    const cached = rows.includes('openai llm cached-input-tokens') ? ['openai llm cached-input-tokens'] : []
    expect(rows.sort()).toEqual(
      [
        'deepgram stt seconds',
        'elevenlabs tts characters',
        'openai llm input-tokens',
        'openai llm output-tokens',
        'telnyx telephony seconds',
        ...cached,
      ].sort(),
    )
    const voice = body.docs.find(({ kind }: { kind: string }) => kind === 'tts')
    expect(voice.quantity).toBe(record.usage?.tts?.characters)
    const foreign = await stranger.as('get', `/api/usage?where[call][equals]=${id}`).expect(200)
    expect(foreign.body.totalDocs).toBe(0)
  })
})
