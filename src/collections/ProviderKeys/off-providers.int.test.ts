import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { probeDueKeys } from '../../jobs/probe-keys.ts'
import { createProviderPace } from '../../jobs/provider-pace.ts'
import { guardCall } from '../../services/index.ts'
import { useKey } from '../../telephony/bind-providers.ts'
import { bootTestServer } from '../../testing/boot.ts'
import { callApi } from '../../testing/key-rig.ts'
import type { KeyRig } from '../../testing/key-rig.ts'
import { createLocalManifest, startLocalProvider } from '../../testing/local-provider.ts'
import { signUp } from '../../testing/people.ts'
import type { TestPerson } from '../../testing/people.ts'
import { storeCredential } from '../../vault/index.ts'
import { AGENTS, PROVIDER_KEYS } from '../slugs.ts'
import { fakeProviderChoice, fakeProviders } from '../testing/fake-providers.ts'

const KEY = 'loc-0123456789abcdefghijklmnopqrstuvwxyz'
const sunset = { date: '2026-11-13', message: 'Goner ended its service in November 2026. Choose another voice.' }
const goner = {
  ...createLocalManifest({ id: 'goner', name: 'Goner', capabilities: ['tts'] }),
  isOffByDefault: true,
  sunset,
}

let provider: KeyRig['provider']
const boot = async (enabledProviders: string[]): Promise<KeyRig> => {
  const server = await bootTestServer(
    { baseUrls: { goner: provider.url }, enabledProviders },
    { extraProviders: [...fakeProviders, goner] },
  )
  return { server, provider, close: () => server.close() }
}
beforeAll(async () => {
  provider = await startLocalProvider()
})
afterAll(() => provider?.close())

describe('a provider that is off', () => {
  let rig: KeyRig
  let owner: TestPerson
  beforeAll(async () => {
    rig = await boot([])
  })
  afterAll(() => rig?.close())
  beforeEach(async () => {
    provider.seenKeys.length = 0
    owner = await signUp(rig.server)
  })

  const send = (method: 'post' | 'put' | 'delete', path: string, body?: object) =>
    callApi(rig, { as: owner, method, path: `/user-api-keys${path}`, body })
  /** A key from the time when the provider was offered. */
  const leaveKey = () =>
    storeCredential({
      payload: rig.server.payload,
      tenant: owner.tenant.id,
      provider: 'goner',
      credentials: { apiKey: KEY },
      primaryCredential: 'apiKey',
      verdict: {
        status: 'valid',
        capabilities: { tts: true },
        message: 'Good.',
        metadata: {},
        checkedAt: new Date(0).toISOString(),
        latencyMs: 1,
      },
    })

  it('should be in the catalogue as off, with the reason, and be needed by nothing', async () => {
    const { body } = await callApi(rig, { as: owner, path: '/providers' }).expect(200)
    const docs: { id: string; isOff?: boolean }[] = body.docs
    expect(docs.find(({ id }) => id === 'goner')).toMatchObject({ isOff: true, sunset, requiredFor: [] })
    expect(docs.find(({ id }) => id === 'speaker')).not.toHaveProperty('isOff')
  })

  it('should take no key, test none and send none anywhere', async () => {
    const refusal = { code: 'provider_off', error: sunset.message, provider: 'goner', sunset }
    const given = { provider: 'goner', apiKey: KEY }
    expect((await send('post', '/store', given).expect(409)).body).toEqual(refusal)
    expect((await send('post', '/validate', given).expect(409)).body).toEqual(refusal)
    await leaveKey()
    expect((await send('post', '/validate', { provider: 'goner' }).expect(409)).body).toEqual(refusal)
    expect((await send('put', '/goner', { apiKey: `${KEY}2` }).expect(409)).body).toEqual(refusal)
    expect(provider.seenKeys).toEqual([])
    await send('delete', '/goner?confirm=true').expect(200)
  })

  it('should be left out by the clock that tests idle keys', async () => {
    await leaveKey()
    await rig.server.payload.db.updateMany({
      collection: PROVIDER_KEYS,
      where: {},
      data: { nextProbeAt: new Date(0).toISOString() },
    })
    const count = await probeDueKeys({ payload: rig.server.payload, pace: createProviderPace(), gapMs: 0 })
    expect(count).toEqual({ probed: 0, postponed: 0 })
    expect(provider.seenKeys).toEqual([])
  })

  it('should keep an agent that names it from being published, and say why', async () => {
    const data = { name: 'Front desk', kind: 'voice', promptMarkdown: 'Hello.', ...fakeProviderChoice }
    const publish = (tts: string) =>
      callApi(rig, {
        as: owner,
        method: 'post',
        path: `/${AGENTS}`,
        body: { ...data, tts: { provider: tts }, _status: 'published' },
      })
    const { body } = await publish('goner').expect(400)
    expect(JSON.stringify(body)).toContain(sunset.message)
    await publish('speaker').expect(201)
  })

  it('should refuse the calls of an agent that still names it, though its key is there', async () => {
    await leaveKey()
    const { payload } = rig.server
    const tenant = owner.tenant.id
    const agent = { stt: 'hearer', llm: 'thinker', tts: 'goner' }
    expect(await guardCall({ payload, tenant, agent, telephony: 'carrier' })).toMatchObject({
      ok: false,
      code: 'missing_keys',
      missingProviders: ['goner'],
      endedReason: 'key-missing',
      message: `${sunset.message} Choose another provider in the agent.`,
    })
    const use = useKey({ payload, tenant, provider: 'goner', capability: 'tts', callId: '1', log: () => {} })
    await expect(use).rejects.toMatchObject({ name: 'KeyProblem', message: 'Goner is not offered' })
  })
})

describe('a provider that is off by default, where the operator names it', () => {
  let rig: KeyRig
  beforeAll(async () => {
    rig = await boot(['goner'])
  })
  afterAll(() => rig?.close())

  it('should be offered like any other, its end still told', async () => {
    const owner = await signUp(rig.server)
    const { body } = await callApi(rig, { as: owner, path: '/providers' }).expect(200)
    const doc = body.docs.find(({ id }: { id: string }) => id === 'goner')
    expect(doc).toMatchObject({ sunset, requiredFor: ['ai-calling'] })
    expect(doc).not.toHaveProperty('isOff')
    const path = '/user-api-keys/store'
    await callApi(rig, { as: owner, method: 'post', path, body: { provider: 'goner', apiKey: KEY } }).expect(201)
    expect(provider.seenKeys).toEqual([KEY])
  })
})

describe('an operator who names a provider that is not installed', () => {
  it('should be told so at the start', async () => {
    await expect(boot(['gonner'])).rejects.toMatchObject({
      code: 'unknown_enabled',
      message: 'PROVIDERS_ENABLED names a provider that is not installed: gonner',
    })
  })
})
