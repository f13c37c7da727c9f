import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { bootKeyRig, callApi, signUpWithKeys } from '../testing/key-rig.ts'
import type { KeyRig } from '../testing/key-rig.ts'
import { addPerson, signUp } from '../testing/people.ts'
import type { TestPerson } from '../testing/people.ts'
import { checkService, guardCall, missingKeysOf, requireService } from './index.ts'

const KEY = 'loc-0123456789abcdefghijklmnopqrstuvwxyz'
const ALL = { localstt: KEY, localllm: KEY, localtts: KEY, localphone: KEY }
const AGENT = { stt: 'localstt', llm: 'localllm', tts: 'localtts' }

let rig: KeyRig
beforeAll(async () => {
  rig = await bootKeyRig()
})
afterAll(() => rig?.close())
beforeEach(() => {
  rig.provider.behaviour = 'accept'
})

const validate = (as: TestPerson, provider: string) =>
  callApi(rig, { as, method: 'post', path: '/user-api-keys/validate', body: { provider } }).expect(200)
const service = async (as: TestPerson, id: string) =>
  (await callApi(rig, { as, path: `/services/${id}` }).expect(200)).body
const guard = (person: TestPerson, telephony?: string) =>
  guardCall({ payload: rig.server.payload, tenant: person.tenant.id, agent: AGENT, telephony })

describe('the catalogue of providers', () => {
  it('should tell members what a provider is, how its form looks and what needs it', async () => {
    const owner = await signUp(rig.server)
    const { body } = await callApi(rig, { as: owner, path: '/providers' }).expect(200)
    const local = body.docs.find(({ id }: { id: string }) => id === 'localtts')
    expect(local).toMatchObject({
      name: 'Local Voice',
      kinds: ['data'],
      capabilities: ['tts', 'voice-cloning'],
      docsUrl: 'https://localtts.example/docs',
      keyUrl: 'https://localtts.example/keys',
      requiredFor: ['ai-calling', 'voice-cloning'],
      credentialSchema: {
        type: 'object',
        required: ['apiKey'],
        properties: { apiKey: { type: 'string', title: 'API key', minLength: 8 }, region: { secret: false } },
      },
    })
    expect(body.docs.every((doc: { credentialSchema?: object }) => doc.credentialSchema)).toBe(true)
    await callApi(rig, { path: '/providers' }).expect(401)
  })
})

describe('the services', () => {
  it('should say what is missing, for each requirement the providers of which one is enough', async () => {
    const owner = await signUpWithKeys(rig, { localllm: KEY })
    const viewer = await addPerson(rig.server, { tenant: owner.tenant, role: 'viewer' })
    for (const as of [owner, viewer]) {
      const { body } = await callApi(rig, { as, path: '/services' }).expect(200)
      const ready = Object.fromEntries(body.docs.map((doc: { id: string; ready: boolean }) => [doc.id, doc.ready]))
      expect(ready).toEqual({
        'ai-calling': false,
        'calling-operations': false,
        'voice-cloning': false,
        'data-scraper': false,
        'email-agents': true,
        'content-writing': true,
        analytics: true,
      })
    }
    const calling = await service(owner, 'ai-calling')
    expect(calling).toMatchObject({
      id: 'ai-calling',
      name: 'AI calling',
      ready: false,
      blocked: [],
      setupUrl: '/admin/settings/api-keys',
    })
    expect(calling).toMatchObject({ isPlanned: false, description: expect.any(String) })
    expect(
      calling.needs.map(({ requirement, isMet }: { requirement: string; isMet: boolean }) => [requirement, isMet]),
    ).toEqual([
      ['stt', false],
      ['llm', true],
      ['tts', false],
      ['telephony', false],
    ])
    const groups: string[][] = calling.missing.map(({ anyOf }: { anyOf: string[] }) => anyOf)
    expect(groups.map((ids) => ids.filter((id) => id.startsWith('local')))).toEqual([
      ['localstt'],
      ['localtts'],
      ['localphone'],
    ])
    await callApi(rig, { as: owner, path: '/services/nothing' }).expect(404)
    await callApi(rig, { as: owner, path: '/services/toString' }).expect(404)
    await callApi(rig, { path: '/services' }).expect(401)
  })

  it("should not see another workspace's keys", async () => {
    const [owner, other] = [await signUpWithKeys(rig, ALL), await signUp(rig.server)]
    expect((await service(owner, 'ai-calling')).ready).toBe(true)
    expect((await service(other, 'ai-calling')).ready).toBe(false)
    const as = { headers: { ...other.headers, 'X-Tenant': owner.tenant.slug } }
    await callApi(rig, { as, path: '/services' }).expect(404)
  })

  it('should say which key is in the way, and why', async () => {
    const owner = await signUpWithKeys(rig, ALL)
    rig.provider.behaviour = 'refuse'
    await validate(owner, 'localllm')
    rig.provider.behaviour = 'no-credit'
    await validate(owner, 'localstt')
    rig.provider.behaviour = 'no-permission'
    await validate(owner, 'localtts')
    expect(await service(owner, 'ai-calling')).toMatchObject({
      ready: false,
      missing: [],
      blocked: [
        { provider: 'localstt', reason: 'out-of-credit' },
        { provider: 'localllm', reason: 'rejected' },
        { provider: 'localtts', reason: 'no-permission' },
      ],
      needs: [
        { requirement: 'stt', isMet: false, blocked: [{ provider: 'localstt', reason: 'out-of-credit' }] },
        { requirement: 'llm', isMet: false, blocked: [{ provider: 'localllm', reason: 'rejected' }] },
        { requirement: 'tts', isMet: false, blocked: [{ provider: 'localtts', reason: 'no-permission' }] },
        { requirement: 'telephony', isMet: true, blocked: [] },
      ],
    })
  })
})

describe('the guard of a service', () => {
  it('should make the 409 that names the missing providers', async () => {
    const owner = await signUpWithKeys(rig, { localtts: KEY })
    rig.provider.behaviour = 'refuse'
    await validate(owner, 'localtts')
    const providers = { stt: 'localstt', llm: 'localllm', tts: 'localtts', telephony: 'localphone' }
    const state = await checkService({
      payload: rig.server.payload,
      tenant: owner.tenant.id,
      service: 'ai-calling',
      providers,
    })
    expect(missingKeysOf(state)).toMatchObject({
      status: 409,
      code: 'missing_keys',
      details: {
        service: 'ai-calling',
        missingProviders: ['localstt', 'localllm', 'localphone', 'localtts'],
        setupUrl: '/admin/settings/api-keys',
      },
    })
  })
})

describe('the guard of an endpoint', () => {
  it('should let it go on with the keys, and refuse it before anything is begun without them', async () => {
    const owner = await signUpWithKeys(rig, { localllm: KEY })
    const guarded = { payload: rig.server.payload, tenant: owner.tenant.id }
    await expect(requireService({ ...guarded, service: 'email-agents' })).resolves.toMatchObject({ ready: true })
    await expect(requireService({ ...guarded, service: 'voice-cloning' })).rejects.toMatchObject({
      status: 409,
      code: 'missing_keys',
    })
  })
})

describe('the guard of a call', () => {
  it('should let a call begin with every key, also with one that could not be tested or has no credit left', async () => {
    const owner = await signUpWithKeys(rig, ALL)
    expect(await guard(owner, 'localphone')).toEqual({ ok: true })
    rig.provider.behaviour = 'hang-up'
    await validate(owner, 'localllm')
    rig.provider.behaviour = 'no-credit'
    await validate(owner, 'localtts')
    expect(await guard(owner, 'localphone')).toEqual({ ok: true })
  })

  it('should name every key that is missing', async () => {
    const owner = await signUpWithKeys(rig, { localllm: KEY })
    expect(await guard(owner, 'localphone')).toEqual({
      ok: false,
      code: 'missing_keys',
      service: 'ai-calling',
      missingProviders: ['localphone', 'localstt', 'localtts'],
      blocked: [],
      endedReason: 'key-missing',
      message:
        'Local Carrier API key not configured. Local Ears API key not configured. Local Voice API key not configured. Enter what is missing under API keys.',
      setupUrl: '/admin/settings/api-keys',
    })
  })

  it('should refuse a key that is known to be dead, and need no carrier for a call from the browser', async () => {
    const owner = await signUpWithKeys(rig, { localstt: KEY, localllm: KEY, localtts: KEY })
    expect(await guard(owner)).toEqual({ ok: true })
    rig.provider.behaviour = 'refuse'
    await validate(owner, 'localtts')
    expect(await guard(owner)).toMatchObject({
      ok: false,
      missingProviders: ['localtts'],
      blocked: [{ provider: 'localtts', reason: 'rejected' }],
      endedReason: 'key-rejected',
      message: expect.stringContaining('Local Voice API key rejected.'),
    })
  })
})
