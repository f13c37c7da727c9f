import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { bootKeyRig, callApi } from '../testing/key-rig.ts'
import type { KeyRig } from '../testing/key-rig.ts'
import { addPerson, addPlatformAdmin, signUp } from '../testing/people.ts'
import type { TestPerson } from '../testing/people.ts'

const KEY = 'loc-0123456789abcdefghijklmnopqrstuvwxyz'
const NOTHING = { provider: null, modelName: null, temperature: null, maxTokens: null, isDefault: false, configs: [] }

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

type Headers = { headers: Record<string, string> }
const get = (as: Headers = owner) => callApi(rig, { as, path: '/ai-config' })
const post = (body: object, as: Headers = owner) => callApi(rig, { as, method: 'post', path: '/ai-config', body })
const keys = async () => (await callApi(rig, { as: owner, path: '/user-api-keys' }).expect(200)).body.docs

describe('the default model of a workspace', () => {
  it('should be nothing as long as nobody chose one', async () => {
    expect((await get().expect(200)).body).toEqual(NOTHING)
  })

  it('should be what was chosen, and keep what the next change leaves out', async () => {
    const choice = { provider: 'localllm', modelName: 'small', temperature: 0.2, maxTokens: 300, isDefault: true }
    const { body } = await post(choice).expect(200)
    expect(body).toEqual({ ...choice, configs: [choice] })
    expect((await get().expect(200)).body).toEqual(body)
    const warmer = { ...choice, temperature: 0 }
    expect((await post({ provider: 'localllm', temperature: 0 }).expect(200)).body).toEqual({
      ...warmer,
      configs: [warmer],
    })
    const cleared = await post({ provider: 'localllm', modelName: null, maxTokens: null }).expect(200)
    expect(cleared.body).toMatchObject({ modelName: null, temperature: 0, maxTokens: null, isDefault: true })
  })

  it('should be one alone: the first, then whichever was chosen last', async () => {
    expect((await post({ provider: 'openai', modelName: 'gpt-4.1' }).expect(200)).body.isDefault).toBe(true)
    expect((await post({ provider: 'localllm' }).expect(200)).body.isDefault).toBe(false)
    expect((await get().expect(200)).body.provider).toBe('openai')
    await post({ provider: 'localllm', isDefault: true }).expect(200)
    const { body } = await get().expect(200)
    expect(body).toMatchObject({ provider: 'localllm', isDefault: true })
    expect(body.configs).toMatchObject([
      { provider: 'localllm', isDefault: true },
      { provider: 'openai', modelName: 'gpt-4.1', isDefault: false },
    ])
  })

  it('should be exactly one where several choose at once', async () => {
    const choose = (provider: string, temperature: number) => post({ provider, temperature, isDefault: true })
    for (let round = 0; round < 5; round += 1) {
      const answers = await Promise.all([
        choose('openai', 0),
        choose('localllm', 1),
        choose('openai', 2),
        choose('localllm', 0.5),
      ])
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
      const { body } = await get().expect(200)
      expect(body.configs.map(({ provider }: { provider: string }) => provider)).toEqual(['localllm', 'openai'])
      expect(body.configs.filter(({ isDefault }: { isDefault: boolean }) => isDefault)).toHaveLength(1)
    }
  })

  it.each<[string, object, string]>([
    ['no provider', { modelName: 'x' }, 'invalid_input'],
    ['a provider that is not there', { provider: '__proto__' }, 'unknown_provider'],
    ['a provider without language models', { provider: 'localtts' }, 'unknown_provider'],
    ['a temperature above 2', { provider: 'localllm', temperature: 2.1 }, 'invalid_input'],
    ['a temperature below 0', { provider: 'localllm', temperature: -0.1 }, 'invalid_input'],
    ['no tokens', { provider: 'localllm', maxTokens: 0 }, 'invalid_input'],
    ['half a token', { provider: 'localllm', maxTokens: 1.5 }, 'invalid_input'],
    ['an empty name', { provider: 'localllm', modelName: '  ' }, 'invalid_input'],
    ['a name of two lines', { provider: 'localllm', modelName: 'a\nb' }, 'invalid_input'],
    ['a name that is an object', { provider: 'localllm', modelName: { $ne: 1 } }, 'invalid_input'],
    ['another tenant', { provider: 'localllm', tenant: 1 }, 'invalid_input'],
  ])('should refuse %s', async (_, body, code) => {
    expect((await post({ ...body, apiKey: KEY }).expect(400)).body.code).toBe(code)
    expect((await get().expect(200)).body).toEqual(NOTHING)
    expect(rig.provider.seenKeys).toEqual([])
  })

  it('should be read by members, chosen by owners and editors, and seen by no other workspace', async () => {
    const { tenant } = owner
    const [editor, viewer] = [
      await addPerson(rig.server, { tenant, role: 'editor' }),
      await addPerson(rig.server, { tenant, role: 'viewer' }),
    ]
    const admin = { headers: { ...(await addPlatformAdmin(rig.server)).headers, 'X-Tenant': tenant.slug } }
    const stranger = await signUp(rig.server)
    await post({ provider: 'localllm', modelName: 'small' }, editor).expect(200)
    for (const as of [owner, editor, viewer, admin]) expect((await get(as).expect(200)).body.modelName).toBe('small')
    expect((await get(stranger).expect(200)).body).toEqual(NOTHING)
    const foreign = { headers: { ...stranger.headers, 'X-Tenant': tenant.slug } }
    await get(foreign).expect(404)
    await post({ provider: 'localllm', modelName: 'big' }, foreign).expect(404)
    for (const as of [viewer, admin]) {
      expect((await post({ provider: 'localllm', modelName: 'big' }, as).expect(403)).body.code).toBe('forbidden')
    }
    await get({ headers: {} }).expect(401)
    await post({ provider: 'localllm' }, { headers: {} }).expect(401)
    expect((await get().expect(200)).body.modelName).toBe('small')
  })

  it('should be in the audit log, by names alone', async () => {
    await post({ provider: 'localllm', modelName: 'named-model', isDefault: true }).expect(200)
    const { body } = await callApi(rig, { as: owner, path: '/audit-log?where[action][equals]=ai-config.changed' })
    expect(body.docs[0]).toMatchObject({ details: { fields: ['modelName', 'isDefault'] }, subjectId: 'localllm' })
    expect(JSON.stringify(body.docs)).not.toContain('named-model')
  })
})

describe('a key that comes with it', () => {
  it('should be tested and stored, then replaced, as on the page of keys', async () => {
    const { body } = await post({ provider: 'localllm', modelName: 'small', apiKey: KEY }).expect(200)
    expect(body).toMatchObject({
      modelName: 'small',
      isDefault: true,
      key: { provider: 'localllm', version: 1, masked: 'loc-012345…' },
      check: { status: 'valid' },
    })
    const again = await post({ provider: 'localllm', apiKey: ` Bearer ${KEY}2 ` }).expect(200)
    expect(again.body).toMatchObject({ key: { version: 2, former: { version: 1 } }, notes: [expect.any(String)] })
    expect(rig.provider.seenKeys).toEqual([KEY, `${KEY}2`])
    expect(JSON.stringify([body, again.body])).not.toContain(KEY.slice(0, 12))
    expect(await keys()).toMatchObject([{ provider: 'localllm', version: 2 }])
  })

  it('should leave everything as it was when it is refused', async () => {
    rig.provider.behaviour = 'refuse'
    const { body } = await post({ provider: 'localllm', modelName: 'small', apiKey: KEY }).expect(422)
    expect(body).toMatchObject({ code: 'key_rejected', check: { status: 'rejected' } })
    expect((await get().expect(200)).body).toEqual(NOTHING)
    expect(await keys()).toEqual([])
    expect((await post({ provider: 'localllm', apiKey: 'short' }).expect(400)).body.fields).toMatchObject([
      { field: 'apiKey' },
    ])
  })

  it("should be an owner's to save", async () => {
    const editor = await addPerson(rig.server, { tenant: owner.tenant, role: 'editor' })
    const { body } = await post({ provider: 'localllm', modelName: 'small', apiKey: KEY }, editor).expect(403)
    expect(body.code).toBe('forbidden')
    expect(rig.provider.seenKeys).toEqual([])
    expect((await get().expect(200)).body).toEqual(NOTHING)
  })

  it('should count as a test of a key like any other', async () => {
    const validate = () =>
      callApi(rig, {
        as: owner,
        method: 'post',
        path: '/user-api-keys/validate',
        body: { provider: 'localllm', apiKey: KEY },
      })
    for (let count = 0; count < 20; count += 1) await validate().expect(200)
    expect((await post({ provider: 'localllm', apiKey: KEY }).expect(429)).body.code).toBe('too_many_checks')
    expect((await get().expect(200)).body).toEqual(NOTHING)
    await post({ provider: 'localllm' }).expect(200)
  })

  it('should end up stored once when two come at once', async () => {
    const answers = await Promise.all([1, 2].map((n) => post({ provider: 'localllm', apiKey: `${KEY}${n}` })))
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(await keys()).toMatchObject([{ provider: 'localllm', version: 2 }])
  })
})

describe('a new agent', () => {
  const create = async (body: object, as: Headers = owner) =>
    (await callApi(rig, { as, method: 'post', path: '/agents?depth=0', body }).expect(201)).body.doc
  const llmOf = ({ llm }: { llm: Record<string, unknown> }) => ({
    provider: llm.provider,
    model: llm.model ?? null,
    temperature: llm.temperature ?? null,
    maxTokens: llm.maxTokens ?? null,
  })

  it('should begin with the default model of its workspace', async () => {
    const before = await create({ name: 'Early', kind: 'content', _status: 'draft' })
    expect(llmOf(before)).toEqual({ provider: 'openai', model: null, temperature: null, maxTokens: null })
    await post({ provider: 'localllm', modelName: 'small', temperature: 0, maxTokens: 99, isDefault: true }).expect(200)
    const chosen = { provider: 'localllm', model: 'small', temperature: 0, maxTokens: 99 }
    const published = { name: 'Clerk', kind: 'content', promptMarkdown: 'Write.', _status: 'published' }
    expect(llmOf(await create(published))).toEqual(chosen)
    expect(llmOf(await create({ ...published, llm: { model: 'large' } }))).toEqual({ ...chosen, model: 'large' })
    const stranger = await signUp(rig.server)
    expect(llmOf(await create(published, stranger)).provider).toBe('openai')
  })

  it('should take nothing of it where it names its own', async () => {
    await post({ provider: 'openai', modelName: 'gpt-4.1', temperature: 0, isDefault: true }).expect(200)
    const own = await create({ name: 'Own', kind: 'content', llm: { provider: 'localllm' }, _status: 'draft' })
    expect(llmOf(own)).toEqual({ provider: 'localllm', model: null, temperature: null, maxTokens: null })
    await post({ provider: 'localllm', modelName: 'small', isDefault: true }).expect(200)
    const { body } = await callApi(rig, { as: owner, method: 'post', path: `/agents/${own.id}/duplicate`, body: {} })
    expect(llmOf(body.doc)).toEqual(llmOf(own))
  })
})
