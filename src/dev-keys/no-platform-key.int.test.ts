import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { providers } from '../../plugins/index.ts'
import { loadEnvironment } from '../env/index.ts'
import { guardCall } from '../services/index.ts'
import { createCallRig, createKeys } from '../testing/call-rig.ts'
import type { CallRig, Workspace } from '../testing/call-rig.ts'
import { listenToAgent } from '../testing/heard-speech.ts'
import { resolveForUse } from '../vault/index.ts'

/** For all the calls of a suite, on a machine that has much else to do. */
const PATIENCE_MS = 120_000
const AGENT = { stt: 'deepgram', llm: 'openai', tts: 'elevenlabs' }

const platformKey = (id: string) => `operator/${id}-0123456789abcdefghijklmnopqrstuvwxyz`
/** One for every provider, by every name by which it could be known. */
const PLATFORM_KEYS: Record<string, string> = {
  ...Object.fromEntries(providers.map(({ id }) => [`${id.toUpperCase()}_API_KEY`, platformKey(id)])),
  TELNYX_PUBLIC_KEY: platformKey('telnyx-public'),
  TELNYX_CONNECTION_ID: '1234567890',
  TWILIO_ACCOUNT_SID: platformKey('twilio-sid'),
  TWILIO_AUTH_TOKEN: platformKey('twilio-token'),
  ELEVEN_API_KEY: platformKey('eleven'),
  XI_API_KEY: platformKey('xi'),
  OPENAI_ORG_ID: platformKey('organization'),
}

const seenKeys = ({ deepgram, openai, elevenlabs, telnyx }: CallRig) =>
  [deepgram, openai, elevenlabs, telnyx].flatMap((simulator) => [...simulator.seenKeys])
const converse = async (tenant: Workspace) => {
  const call = tenant.call()
  await call.streaming
  await listenToAgent(call, { after: 0 })
  const asked = await call.say('how-much')
  await listenToAgent(call, { after: asked.endMs })
  call.hangUp()
  return tenant.closedCall(call)
}

describe.each([
  ['unset', {}],
  ['database', { KEY_SOURCE: 'database' }],
])('a server with KEY_SOURCE %s', (_, source) => {
  const before = { ...process.env }
  let directory: string
  let rig: CallRig
  let tenant: Workspace
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'patchbay-no-platform-key-'))
    const file = Object.entries(PLATFORM_KEYS).map(([name, value]) => `${name}=${value}\n`)
    writeFileSync(join(directory, '.env.local'), file.join(''))
    Object.assign(process.env, PLATFORM_KEYS)
    const environment = loadEnvironment({ ...process.env, ...source, PORT: '0' }, { cwd: directory })
    expect(JSON.stringify(environment).includes('operator/')).toBe(false)
    const { keySource, devVariables } = environment
    expect([keySource, devVariables]).toEqual(['database', undefined])
    rig = await createCallRig({ environment: { keySource, devVariables } })
    tenant = rig.workspaces[0] as Workspace
  }, PATIENCE_MS)
  afterAll(async () => {
    for (const name of Object.keys(PLATFORM_KEYS)) {
      if (before[name] === undefined) delete process.env[name]
      else process.env[name] = before[name]
    }
    await rig?.close()
    rmSync(directory, { recursive: true })
  })

  const forget = (provider: string) => tenant.as('delete', `/api/user-api-keys/${provider}?confirm=true`).expect(200)
  const listed = async () => (await tenant.as('get', '/api/user-api-keys').expect(200)).body

  it(
    'should let a call be paid by the keys of its tenant alone',
    async () => {
      const record = await converse(tenant)
      expect(record).toMatchObject({ status: 'completed', endedReason: 'caller-hangup' })
      expect(record.receipt?.map(({ credentialId, version }) => [credentialId.slice(0, 5), version])).toEqual(
        Array(4).fill(['cred_', 1]),
      )
      const { deepgram, openai, elevenlabs, telnyx } = tenant.keys
      expect(new Set(seenKeys(rig))).toEqual(new Set([deepgram, openai, elevenlabs, telnyx]))
    },
    PATIENCE_MS,
  )

  it(
    'should let nothing stand in for a key that is gone',
    async () => {
      const { payload } = rig.server
      await forget('openai')
      expect((await listed()).keySource).toBe('database')
      expect((await listed()).docs.map(({ provider }: { provider: string }) => provider)).not.toContain('openai')
      const options = { payload, tenant: tenant.tenantId }
      for (const purpose of ['call', 'chat', 'check', 'webhook'] as const) {
        await expect(resolveForUse({ ...options, provider: 'openai', purpose })).rejects.toMatchObject({
          code: 'missing',
        })
      }
      expect(await guardCall({ ...options, agent: AGENT })).toMatchObject({ ok: false, missingProviders: ['openai'] })
      const { body: service } = await tenant.as('get', '/api/services/email-agents').expect(200)
      expect(service.ready).toBe(false)
      await tenant.as('post', '/api/user-api-keys/validate').send({ provider: 'openai' }).expect(404)

      const call = tenant.call()
      const record = await tenant.closedCall(call)
      expect(record).toMatchObject({ endedReason: 'key-missing' })
      for (const provider of ['deepgram', 'elevenlabs', 'telnyx']) await forget(provider)
      expect((await listed()).docs).toEqual([])
      for (const { id } of providers) {
        await expect(resolveForUse({ ...options, provider: id, purpose: 'check' })).rejects.toMatchObject({
          code: 'missing',
        })
      }
    },
    PATIENCE_MS,
  )

  it('should have shown no provider, and written nowhere, a key of the platform', () => {
    expect(seenKeys(rig).filter((key) => key.includes('operator/'))).toEqual([])
    expect(rig.logLines.join('\n')).not.toContain('operator/')
  })
})

describe('a server with KEY_SOURCE dev-env', () => {
  let directory: string
  let rig: CallRig
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'patchbay-dev-env-call-'))
    const keys = createKeys()
    const given = {
      KEY_SOURCE: 'dev-env',
      DEEPGRAM_API_KEY: keys.deepgram,
      OPENAI_API_KEY: keys.openai,
      ELEVENLABS_API_KEY: keys.elevenlabs,
    }
    const { keySource, devVariables } = loadEnvironment(given, { cwd: directory })
    rig = await createCallRig({ keys: [keys], environment: { keySource, devVariables } })
  }, PATIENCE_MS)
  afterAll(async () => {
    await rig?.close()
    rmSync(directory, { recursive: true })
  })

  it(
    'should pay for what has no key of its own, and say so on the receipt',
    async () => {
      const tenant = rig.workspaces[0] as Workspace
      for (const provider of ['deepgram', 'openai', 'elevenlabs']) {
        await tenant.as('delete', `/api/user-api-keys/${provider}?confirm=true`).expect(200)
      }
      const record = await converse(tenant)
      expect(record).toMatchObject({ status: 'completed', endedReason: 'caller-hangup' })
      const paid = record.receipt?.map(({ provider, credentialId, version }) => [provider, credentialId, version])
      expect(paid).toEqual([
        ['deepgram', 'dev-env:deepgram', 0],
        ['openai', 'dev-env:openai', 0],
        ['elevenlabs', 'dev-env:elevenlabs', 0],
        ['telnyx', expect.stringMatching(/^cred_/), 1],
      ])
      for (const key of Object.values(tenant.keys)) expect(rig.logLines.join('\n')).not.toContain(key.slice(4, 20))
    },
    PATIENCE_MS,
  )
})
