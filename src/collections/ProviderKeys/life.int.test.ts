import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { bootKeyRig, callApi, signUpWithKeys } from '../../testing/key-rig.ts'
import type { KeyRig } from '../../testing/key-rig.ts'
import { addPerson } from '../../testing/people.ts'
import type { TestPerson } from '../../testing/people.ts'
import { AGENTS, CALLS, PHONE_NUMBERS, PROVIDER_KEYS } from '../slugs.ts'

const key = (name: string) => `loc-${name}-0123456789abcdefghijklmnop`
const SOON = '2099-01-31T12:00:00.000Z'
const NEXT_YEAR = new Date(Date.now() + 365 * 86_400_000).toISOString()
const NEXT_MONTH = new Date(Date.now() + 30 * 86_400_000).toISOString()

let rig: KeyRig
let owner: TestPerson
beforeAll(async () => {
  rig = await bootKeyRig()
})
afterAll(() => rig?.close())
beforeEach(async () => {
  rig.provider.behaviour = 'accept'
  owner = await signUpWithKeys(rig, { localllm: key('one') })
})

type Method = 'post' | 'put' | 'get' | 'patch' | 'delete'
const send = (method: Method, path: string, body?: object, as = owner) =>
  callApi(rig, { as, method, path: `/user-api-keys${path}`, body })
const listed = async () => (await send('get', '').expect(200)).body.docs[0]

describe('the end that an owner sets', () => {
  it('should be stored with a key, replaced with it, and forgotten with a key that has none', async () => {
    const { body } = await send('post', '/store', { provider: 'localtts', apiKey: key('tts'), expiresAt: NEXT_YEAR })
    expect(body.doc).toMatchObject({ expiresAt: NEXT_YEAR, ownerExpiresAt: NEXT_YEAR })
    const replaced = await send('put', '/localtts', { apiKey: key('tts2'), expiresAt: NEXT_MONTH }).expect(200)
    expect(replaced.body.doc).toMatchObject({ expiresAt: NEXT_MONTH, ownerExpiresAt: NEXT_MONTH })
    const { body: last } = await send('put', '/localtts', { apiKey: key('tts3') }).expect(200)
    expect(last.doc.ownerExpiresAt).toBeNull()
    expect(last.doc.expiresAt).toBeUndefined()
  })

  it('should be changed and cleared without the key, which stays as it is', async () => {
    rig.provider.seenKeys.length = 0
    const before = await listed()
    const { body } = await send('patch', '/localllm', { expiresAt: NEXT_YEAR, defaults: { model: 'big' } }).expect(200)
    expect(body.doc).toEqual({
      ...before,
      expiresAt: NEXT_YEAR,
      ownerExpiresAt: NEXT_YEAR,
      defaults: { model: 'big' },
      updatedAt: body.doc.updatedAt,
    })
    expect(await listed()).toEqual(body.doc)
    const cleared = await send('patch', '/localllm', { expiresAt: null }).expect(200)
    expect(cleared.body.doc).toMatchObject({ ownerExpiresAt: null, defaults: { model: 'big' } })
    expect(rig.provider.seenKeys).toEqual([])
  })

  it('should count where the provider names a later one, and not where it names an earlier one', async () => {
    const providerSays = (expiresAt: string) =>
      rig.server.payload.db.updateMany({
        collection: PROVIDER_KEYS,
        where: { tenant: { equals: owner.tenant.id } },
        data: { expiresAt },
      })
    await send('patch', '/localllm', { expiresAt: NEXT_YEAR }).expect(200)
    await providerSays(NEXT_MONTH)
    expect(await listed()).toMatchObject({ expiresAt: NEXT_MONTH, ownerExpiresAt: NEXT_YEAR })
    await providerSays(SOON)
    expect(await listed()).toMatchObject({ expiresAt: NEXT_YEAR, ownerExpiresAt: NEXT_YEAR })
  })

  it('should take a day, and mean its end', async () => {
    const { body } = await send('patch', '/localllm', { expiresAt: NEXT_YEAR.slice(0, 10) }).expect(200)
    expect(body.doc.expiresAt).toBe(`${NEXT_YEAR.slice(0, 10)}T23:59:59.999Z`)
  })

  it.each([['2020-01-01'], ['tomorrow'], ['2027-13-40'], [''], [17], [{ $gt: '' }], ['9999-01-01']])(
    'should refuse %j',
    async (expiresAt) => {
      for (const [method, path, body] of [
        ['patch', '/localllm', { expiresAt }],
        ['put', '/localllm', { apiKey: key('two'), expiresAt }],
        ['post', '/store', { provider: 'localtts', apiKey: key('two'), expiresAt }],
      ] as const) {
        const answer = await send(method, path, body).expect(400)
        expect([answer.body.code, answer.body.fields[0].field]).toEqual(['invalid_input', 'expiresAt'])
      }
      expect(await listed()).toMatchObject({ version: 1, ownerExpiresAt: null })
    },
  )

  it.each([
    [{}],
    [{ apiKey: key('two') }],
    [{ credentials: { region: 'us' } }],
    [{ status: 'valid' }],
    [{ version: 3 }],
  ])('should change nothing else by PATCH: %j', async (body) => {
    expect((await send('patch', '/localllm', body).expect(400)).body.code).toBe('invalid_input')
    expect(await listed()).toMatchObject({ version: 1, status: 'valid' })
  })

  it('should be written into the audit log by the names of what changed', async () => {
    await send('patch', '/localllm', { expiresAt: NEXT_YEAR, defaults: { model: 'quite-secret' } }).expect(200)
    const { body } = await callApi(rig, { as: owner, path: '/audit-log?limit=50&where[action][equals]=key.changed' })
    expect(body.docs).toHaveLength(1)
    expect(body.docs[0].details).toMatchObject({ fields: ['ownerExpiresAt', 'defaults'] })
    expect(JSON.stringify(body.docs)).not.toContain('quite-secret')
  })
})

describe('the former version', () => {
  it('should be told with the time until which it can come back, and no longer', async () => {
    expect((await listed()).former).toBeNull()
    const { body } = await send('put', '/localllm', { apiKey: key('two') }).expect(200)
    expect(body.doc.former).toEqual({ version: 1, until: expect.any(String) })
    const graceLeft = Date.parse(body.doc.former.until) - Date.now()
    expect(graceLeft).toBeGreaterThan(8 * 60_000)
    expect(graceLeft).toBeLessThanOrEqual(10 * 60_000)
    await send('put', '/localllm', { apiKey: key('three') }).expect(200)
    expect((await listed()).former.version).toBe(2)
    const rolledBack = await send('post', '/localllm/rollback').expect(200)
    expect(rolledBack.body.doc).toMatchObject({ version: 4, former: { version: 3 } })
  })
})

describe('a destination', () => {
  it('should not change without the secret being entered again', async () => {
    const { body } = await send('put', '/localllm', { credentials: { region: 'us' } }).expect(400)
    expect(body.fields).toMatchObject([{ field: 'credentials.apiKey' }])
    await send('put', '/localllm', { credentials: { apiKey: key('one'), region: 'us' } }).expect(200)
    // What is left out is gone: nothing of the former credential is carried over.
    const { body: without } = await send('put', '/localllm', { apiKey: key('one') }).expect(200)
    expect(without.doc.metadata.region).toBeNull()
  })
})

describe('what a key keeps running', () => {
  const create = (collection: string, data: Record<string, unknown>) =>
    rig.server.payload.create({
      collection,
      overrideAccess: true,
      draft: true,
      data: { tenant: owner.tenant.id, ...data },
    })
  const raw = (collection: string, data: Record<string, unknown>) =>
    rig.server.payload.db.create({ collection, data: { tenant: owner.tenant.id, ...data } }) as Promise<{
      id: number | string
    }>
  const openCall = (data: Record<string, unknown>, name: string) =>
    raw(CALLS, {
      status: 'in-progress',
      direction: 'inbound',
      publicId: `${name}-${owner.id}`,
      carrierCallId: name,
      ...data,
    })

  async function setUp() {
    const agent = await create(AGENTS, {
      name: 'Clerk',
      kind: 'voice',
      stt: { provider: 'localstt' },
      llm: { provider: 'localllm' },
      tts: { provider: 'localtts' },
      _status: 'draft',
    })
    const number = await raw(PHONE_NUMBERS, {
      number: `+1415${String(Date.now()).slice(-7)}`,
      provider: 'localphone',
      agent: agent.id,
    })
    await openCall({ provider: 'localphone', agent: agent.id }, 'live')
    await openCall({ provider: 'localphone', agent: agent.id, status: 'completed' }, 'over')
    await openCall({ provider: 'telnyx' }, 'other')
    return { agent, number }
  }

  it('should be told before anything happens, and again by the refusal and by the deletion', async () => {
    const { agent, number } = await setUp()
    const [{ number: dialled }] = (
      await rig.server.payload.find({
        collection: PHONE_NUMBERS,
        overrideAccess: true,
        where: { id: { equals: number.id } },
      })
    ).docs as unknown as [{ number: string }]
    const impact = {
      agents: [{ id: agent.id, name: 'Clerk' }],
      numbers: [{ id: number.id, number: dialled }],
      services: [
        { id: 'email-agents', name: 'E-mail agents' },
        { id: 'content-writing', name: 'Content writing' },
        { id: 'analytics', name: 'Analytics' },
      ],
      liveCalls: 1,
    }
    const told = await send('get', '/localllm/impact').expect(200)
    expect(told.body).toEqual({ provider: 'localllm', ...impact })
    const refused = await send('delete', '/localllm').expect(409)
    expect(refused.body).toEqual({
      code: 'key_in_use',
      error: expect.stringContaining('1 call is running on it'),
      ...impact,
    })
    expect(refused.body.error).toContain(dialled)
    expect(await listed()).toMatchObject({ provider: 'localllm' })
    const deleted = await send('delete', '/localllm?confirm=true').expect(200)
    expect(deleted.body).toEqual({ deleted: true, provider: 'localllm', stopped: impact })
  })

  it('should count the numbers, agents and calls of a carrier', async () => {
    const { agent, number } = await setUp()
    await send('post', '/store', { provider: 'localphone', apiKey: key('phone') }).expect(201)
    const { body } = await send('get', '/localphone/impact').expect(200)
    expect(body).toMatchObject({ agents: [{ id: agent.id }], numbers: [{ id: number.id }], liveCalls: 1 })
  })

  it('should refuse for calls alone, that nobody would name otherwise', async () => {
    await send('post', '/store', { provider: 'localphone', apiKey: key('phone') }).expect(201)
    await send('post', '/store', { provider: 'localtts', apiKey: key('tts') }).expect(201)
    await openCall({ provider: 'localphone' }, 'live')
    const { body } = await send('get', '/localphone/impact').expect(200)
    expect(body).toMatchObject({ agents: [], numbers: [], liveCalls: 1 })
  })

  it('should be told to editors, not to viewers, and to no other workspace', async () => {
    const [editor, viewer] = [
      await addPerson(rig.server, { tenant: owner.tenant, role: 'editor' }),
      await addPerson(rig.server, { tenant: owner.tenant, role: 'viewer' }),
    ]
    const other = await signUpWithKeys(rig, {})
    await setUp()
    await send('get', '/localllm/impact', undefined, editor).expect(200)
    await send('get', '/localllm/impact', undefined, viewer).expect(403)
    const foreign = await callApi(rig, {
      as: { headers: { ...other.headers, 'X-Tenant': owner.tenant.slug } as Record<string, string> },
      path: '/user-api-keys/localllm/impact',
    }).expect(404)
    expect(JSON.stringify(foreign.body)).not.toContain('Clerk')
    await send('get', '/localllm/impact', undefined, other).expect(404)
  })
})
