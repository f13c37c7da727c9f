import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createSpeechmaticsSimulator } from '../../docs/example-provider/testing/create-speechmatics-simulator.ts'
import speechmatics from '../../docs/example-provider/index.ts'
import type { SimulatorServer } from '../../simulators/kit/index.ts'
import { guardCall } from '../services/index.ts'
import { createCallRig } from '../testing/call-rig.ts'
import type { CallRig, Workspace } from '../testing/call-rig.ts'
import { listenToAgent } from '../testing/heard-speech.ts'

const PATIENCE_MS = 120_000
const KEY = 'wmz9fkLJM6U5NdyaG3HLHybGZj65PXp0'
const ID = 'speechmatics'

/** Nothing of the product names this provider: what is seen of it comes from its manifest alone. */
describe('a provider that is added at run time', () => {
  let simulator: SimulatorServer
  let rig: CallRig
  let tenant: Workspace

  beforeAll(async () => {
    simulator = await createSpeechmaticsSimulator({ key: KEY })
    rig = await createCallRig({
      environment: { baseUrls: { [ID]: simulator.origin } },
      extensions: { extraProviders: [speechmatics] },
      agent: { greeting: 'Yes?' },
      simulators: { openai: { script: () => 'Ten.' } },
    })
    tenant = rig.workspaces[0] as Workspace
  }, PATIENCE_MS)
  afterAll(async () => {
    await rig?.close()
    await simulator?.close()
  })

  const guard = () =>
    guardCall({
      payload: rig.server.payload,
      tenant: tenant.tenantId,
      agent: { stt: ID, llm: 'openai', tts: 'elevenlabs' },
      telephony: 'telnyx',
    })
  const setStt = (provider: string) =>
    tenant.as('patch', `/api/agents/${tenant.agentId}`).send({ stt: { provider }, _status: 'published' })

  it('should stand in the catalogue with its form', async () => {
    const { body } = await tenant.as('get', '/api/providers').expect(200)
    expect(body.docs.find(({ id }: { id: string }) => id === ID)).toMatchObject({
      name: 'Speechmatics',
      kinds: ['stt'],
      capabilities: ['stt'],
      docsUrl: speechmatics.docsUrl,
      keyUrl: speechmatics.keyUrl,
      primaryCredential: 'apiKey',
      requiredFor: ['ai-calling'],
      credentialSchema: {
        type: 'object',
        required: ['apiKey'],
        properties: { apiKey: { type: 'string', title: 'API key', secret: true } },
      },
    })
  })

  it('should be missed by the guard and by the services, and offered where a choice is refused', async () => {
    expect(await guard()).toMatchObject({ ok: false, code: 'missing_keys', missingProviders: [ID] })
    const { body } = await tenant.as('get', '/api/services/ai-calling').expect(200)
    const needed = body.needs.find(({ requirement }: { requirement: string }) => requirement === 'stt')
    expect(JSON.stringify(needed)).toContain(ID)
    const refused = await setStt('nobody').expect(400)
    expect(JSON.stringify(refused.body)).toContain('Speechmatics')
  })

  it('should have its key tested by its own rules before it is stored', async () => {
    const store = (apiKey: string) => tenant.as('post', '/api/user-api-keys/store').send({ provider: ID, apiKey })
    const wrong = await store(`${KEY}1`).expect(422)
    expect(wrong.body).toMatchObject({ code: 'key_rejected', check: { provider: ID, status: 'rejected' } })
    expect(JSON.stringify(wrong.body)).not.toContain(KEY)
    expect((await store('two words').expect(400)).body.error).toContain('one word without blanks')
    const stored = await store(KEY).expect(201)
    expect(stored.body.check).toMatchObject({ provider: ID, status: 'valid', capabilities: { stt: true } })
    const { body } = await tenant.as('post', '/api/user-api-keys/validate').send({ provider: ID }).expect(200)
    expect(body.check.status).toBe('valid')
  })

  it(
    'should hear a call once an agent has chosen it',
    async () => {
      await setStt(ID).expect(200)
      expect(await guard()).toMatchObject({ ok: true })
      const call = tenant.call()
      await call.streaming
      await listenToAgent(call, { after: 0 })
      const asked = await call.say('how-much')
      await listenToAgent(call, { after: asked.endMs })
      call.hangUp()
      const record = await tenant.closedCall(call)
      expect(record.transcript?.filter(({ speaker }) => speaker === 'caller').map(({ text }) => text)).toEqual([
        'How much does it cost?',
      ])
      expect(record.receipt).toContainEqual(expect.objectContaining({ capability: 'stt', provider: ID, version: 1 }))
      expect(rig.logLines.join('\n')).not.toContain(KEY)
    },
    PATIENCE_MS,
  )
})
