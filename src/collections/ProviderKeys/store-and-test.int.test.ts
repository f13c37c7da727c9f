import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { bootKeyRig, callApi } from '../../testing/key-rig.ts'
import type { KeyRig } from '../../testing/key-rig.ts'
import type { LocalBehaviour } from '../../testing/local-provider.ts'
import { signUp } from '../../testing/people.ts'
import type { TestPerson } from '../../testing/people.ts'
import { resolveForUse } from '../../vault/index.ts'

const KEY = 'loc-0123456789-abcdefghijklmnopqrstuvwxyz+/=&'
const NETWORK_MESSAGE =
  'Local Mind could not be reached or was too busy, so the key was not tested. Test it again soon.'

let rig: KeyRig
let owner: TestPerson
beforeAll(async () => {
  rig = await bootKeyRig()
})
afterAll(() => rig?.close())
beforeEach(async () => {
  rig.provider.behaviour = 'accept'
  rig.provider.seenKeys.length = 0
  owner = await signUp(rig.server)
})

const send = (method: 'post' | 'put' | 'get' | 'delete', path: string, body?: object) =>
  callApi(rig, { as: owner, method, path: `/user-api-keys${path}`, body })
const store = (body: object) => send('post', '/store', body)
const validate = (body: object) => send('post', '/validate', body)
const list = async () => (await send('get', '').expect(200)).body.docs
const open = (provider = 'localllm') =>
  resolveForUse({ payload: rig.server.payload, tenant: owner.tenant.id, provider, purpose: 'check' })

describe('storing a key', () => {
  it('should test it, save it and show it masked', async () => {
    const { body, headers } = await store({ provider: 'localllm', apiKey: KEY, defaults: { model: 'small' } }).expect(
      201,
    )
    expect(rig.provider.seenKeys).toEqual([KEY])
    expect(body.doc).toMatchObject({
      provider: 'localllm',
      masked: 'loc-012345…',
      status: 'valid',
      capabilities: { llm: true },
      isActive: true,
      version: 1,
      defaults: { model: 'small' },
    })
    expect(body.check).toMatchObject({ provider: 'localllm', status: 'valid', capabilities: { llm: true } })
    expect(typeof body.check.latencyMs).toBe('number')
    expect(Date.parse(body.check.checkedAt)).toBeGreaterThan(Date.now() - 60_000)
    expect(headers['cache-control']).toBe('no-store')
    expect(await list()).toEqual([body.doc])
    const key = await open()
    expect(key.credentials).toEqual({ apiKey: KEY })
    key.release()
    expect(key.credentials).toEqual({})
  })

  it('should not save a key that the provider refuses', async () => {
    rig.provider.behaviour = 'refuse'
    const { body } = await store({ provider: 'localllm', apiKey: KEY }).expect(422)
    expect(body).toMatchObject({ code: 'key_rejected', check: { status: 'rejected' } })
    expect(JSON.stringify(body)).not.toContain(KEY.slice(4, 16))
    expect(await list()).toEqual([])
    await expect(open()).rejects.toMatchObject({ code: 'missing' })
  })

  it.each<[LocalBehaviour]>([['overloaded'], ['broken'], ['hang-up']])(
    'should save a key as unverified when the provider is %s, with one text for all of it',
    async (behaviour) => {
      rig.provider.behaviour = behaviour
      const { body } = await store({ provider: 'localllm', apiKey: KEY }).expect(201)
      expect(body.doc).toMatchObject({ status: 'unverified', isActive: true, message: NETWORK_MESSAGE })
      expect(body.check).toMatchObject({ status: 'unreachable', message: NETWORK_MESSAGE, metadata: {} })
      expect((await open()).credentials.apiKey).toBe(KEY)
    },
  )

  it('should follow no redirect and judge nothing from one', async () => {
    rig.provider.behaviour = 'redirect'
    const { body } = await store({ provider: 'localllm', apiKey: KEY }).expect(201)
    expect(body.doc.status).toBe('unverified')
  })

  it('should keep what the provider said of the account, and nothing that it echoed of the key', async () => {
    rig.provider.behaviour = 'echo'
    const { body } = await store({ provider: 'localllm', apiKey: KEY }).expect(201)
    expect(body.check.message).toMatch(
      /^Hello \[key\], in base64 \[key\].?, as Basic .{0,6}\[key\].{0,4}, in a URL \[key\]$/,
    )
    const everything = JSON.stringify([body, await list()])
    for (const form of [KEY, encodeURIComponent(KEY), Buffer.from(KEY).toString('base64')]) {
      for (let start = 0; start + 12 <= form.length; start += 1)
        expect(everything).not.toContain(form.slice(start, start + 12))
    }
    expect(body.check.fixUrl).toBeUndefined()
  })

  it('should tell an empty account and a missing permission from a wrong key', async () => {
    rig.provider.behaviour = 'no-credit'
    expect((await store({ provider: 'localllm', apiKey: KEY }).expect(201)).body.doc.status).toBe('out-of-credit')
    rig.provider.behaviour = 'no-permission'
    const { body } = await store({ provider: 'localstt', apiKey: KEY }).expect(201)
    expect(body.doc).toMatchObject({ status: 'limited', capabilities: { stt: false } })
  })

  it('should refuse a second key, and give one of two at once the right of way', async () => {
    const answers = await Promise.all([1, 2, 3].map((n) => store({ provider: 'localllm', apiKey: `${KEY}${n}` })))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409])
    const winner = answers.findIndex(({ status }) => status === 201) + 1
    expect((await open()).credentials.apiKey).toBe(`${KEY}${winner}`)
    const { body } = await store({ provider: 'localllm', apiKey: KEY }).expect(409)
    expect(body.code).toBe('key_exists')
    expect(await list()).toHaveLength(1)
  })

  it('should clean what was pasted and say so', async () => {
    const { body } = await store({ provider: 'localllm', apiKey: `  Bearer ${KEY}\n` }).expect(201)
    expect(body.notes).toEqual(['The word Bearer before the key was left out (apiKey).'])
    expect(rig.provider.seenKeys).toEqual([KEY])
    expect((await open()).credentials.apiKey).toBe(KEY)
  })

  it.each<[string, object, string]>([
    ['two lines', { apiKey: `${KEY}\nmore` }, 'apiKey'],
    ['nothing', { apiKey: '   ' }, 'apiKey'],
    ['no key', {}, 'credentials.apiKey'],
    ['a key that is too short', { apiKey: 'short' }, 'apiKey'],
    ['a control character', { apiKey: `${KEY.slice(0, 5)}\u0000${KEY.slice(5)}` }, 'apiKey'],
    ['an unknown credential', { credentials: { apiKey: KEY, host: 'https://evil.example' } }, 'credentials'],
    [
      'a credential of the wrong kind',
      { credentials: { apiKey: KEY, region: 'moon-base-seven' } },
      'credentials.region',
    ],
    ['a credential that is an object', { credentials: { apiKey: { $ne: null } } }, 'credentials.apiKey'],
    ['both forms', { apiKey: KEY, credentials: { apiKey: KEY } }, 'apiKey'],
  ])('should refuse %s before asking the provider, and repeat no value', async (_, given, field) => {
    const { body } = await store({ provider: 'localllm', ...given }).expect(400)
    expect(body.code).toBe('invalid_input')
    expect(body.fields.map((wrong: { field: string }) => wrong.field)).toEqual([field])
    expect(JSON.stringify(body)).not.toMatch(/loc-0123|evil|moon-base|\$ne/)
    expect(rig.provider.seenKeys).toEqual([])
  })

  it.each([
    [{ tenant: 1 }],
    [{ status: 'valid' }],
    [{ ciphertext: 'x' }],
    [{ version: 9 }],
    [{ lastValidated: '2020-01-01' }],
    [{ baseUrl: 'http://169.254.169.254' }],
    [{ isActive: true }],
    [{ credentialId: 'cred_1' }],
  ])('should refuse a body that also brings %j', async (extra) => {
    const { body } = await store({ provider: 'localllm', apiKey: KEY, ...extra }).expect(400)
    expect(body.code).toBe('invalid_input')
    await send('put', '/localllm', { apiKey: KEY, ...extra }).expect(400)
    await validate({ provider: 'localllm', apiKey: KEY, ...extra }).expect(400)
    expect(rig.provider.seenKeys).toEqual([])
  })

  it('should refuse a provider that is not there, and a body that is not JSON', async () => {
    expect((await store({ provider: '__proto__', apiKey: KEY }).expect(400)).body.code).toBe('unknown_provider')
    const response = await callApi(rig, { as: owner, method: 'post', path: '/user-api-keys/store' })
      .set('content-type', 'application/json')
      .send('{')
    expect([response.status, response.body.code]).toEqual([400, 'invalid_json'])
  })
})

describe('testing a key', () => {
  it('should test the given one without saving it', async () => {
    expect((await validate({ provider: 'localllm', apiKey: KEY }).expect(200)).body.check.status).toBe('valid')
    rig.provider.behaviour = 'refuse'
    expect((await validate({ provider: 'localllm', apiKey: KEY }).expect(200)).body.check.status).toBe('rejected')
    expect(await list()).toEqual([])
  })

  it('should test the stored one and remember the verdict', async () => {
    await validate({ provider: 'localllm' }).expect(404)
    await store({ provider: 'localllm', apiKey: KEY }).expect(201)
    rig.provider.behaviour = 'refuse'
    expect((await validate({ provider: 'localllm' }).expect(200)).body.check.status).toBe('rejected')
    expect(await list()).toMatchObject([{ status: 'rejected', isActive: false }])
    rig.provider.behaviour = 'accept'
    await validate({ provider: 'localllm' }).expect(200)
    expect(await list()).toMatchObject([{ status: 'valid', isActive: true }])
    expect(rig.provider.seenKeys).toEqual([KEY, KEY, KEY])
  })

  it.each<[LocalBehaviour]>([['overloaded'], ['broken'], ['hang-up'], ['redirect']])(
    'should not turn a good key bad when the provider is %s',
    async (behaviour) => {
      await store({ provider: 'localllm', apiKey: KEY }).expect(201)
      const before = await list()
      rig.provider.behaviour = behaviour
      const { body } = await validate({ provider: 'localllm' }).expect(200)
      expect(body.check.status).toMatch(/^(unreachable|unverified)$/)
      expect(await list()).toEqual(before)
    },
  )

  it('should end within its deadline when the provider says nothing', async () => {
    rig.provider.behaviour = 'silent'
    const { body } = await validate({ provider: 'localllm', apiKey: KEY }).expect(200)
    expect(body.check).toMatchObject({ status: 'unreachable', message: NETWORK_MESSAGE })
    expect(body.check.latencyMs).toBeGreaterThan(7_000)
    expect(body.check.latencyMs).toBeLessThan(9_500)
  })

  it('should be limited per person and workspace', async () => {
    const answers = []
    for (let count = 0; count < 21; count += 1) answers.push(await validate({ provider: 'localllm', apiKey: KEY }))
    expect(answers.map(({ status }) => status)).toEqual([...Array(20).fill(200), 429])
    expect(answers[20]?.body.code).toBe('too_many_checks')
    expect(Number(answers[20]?.headers['retry-after'])).toBeGreaterThan(0)
    await store({ provider: 'localllm', apiKey: KEY }).expect(429)
    owner = await signUp(rig.server)
    await validate({ provider: 'localllm', apiKey: KEY }).expect(200)
  })
})
