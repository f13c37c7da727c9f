import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { bootKeyRig, callApi, signUpWithKeys } from '../../testing/key-rig.ts'
import type { KeyRig } from '../../testing/key-rig.ts'
import type { TestPerson } from '../../testing/people.ts'
import { openVault, resolveForUse } from '../../vault/index.ts'
import { AGENTS, VAULT_SECRETS } from '../slugs.ts'

const key = (name: string) => `loc-${name}-0123456789abcdefghijklmnop`

let rig: KeyRig
let owner: TestPerson
beforeAll(async () => {
  rig = await bootKeyRig()
})
afterAll(() => rig?.close())
beforeEach(async () => {
  rig.provider.behaviour = 'accept'
  owner = await signUpWithKeys(rig, { localtts: key('one') })
  rig.provider.seenKeys.length = 0
})

const send = (method: 'post' | 'put' | 'get' | 'delete', path: string, body?: object) =>
  callApi(rig, { as: owner, method, path: `/user-api-keys${path}`, body })
const replace = (apiKey: string) => send('put', '/localtts', { apiKey })
const rollBack = () => send('post', '/localtts/rollback')
const open = () =>
  resolveForUse({ payload: rig.server.payload, tenant: owner.tenant.id, provider: 'localtts', purpose: 'call' })
const storedVersions = async () => {
  const { docs } = await rig.server.payload.db.find<{ version: number; destroyAfter?: string | null }>({
    collection: VAULT_SECRETS,
    where: { tenant: { equals: String(owner.tenant.id) } },
    sort: 'version',
    limit: 0,
  })
  return docs.map(({ version, destroyAfter }) => [version, destroyAfter ? 'in grace' : 'in use'])
}
const endGrace = () =>
  rig.server.payload.db.updateMany({
    collection: VAULT_SECRETS,
    where: { and: [{ tenant: { equals: String(owner.tenant.id) } }, { destroyAfter: { exists: true } }] },
    data: { destroyAfter: new Date(Date.now() - 1000).toISOString() },
  })

describe('replacing a key', () => {
  it('should test first and replace nothing by a key that is refused', async () => {
    rig.provider.behaviour = 'refuse'
    expect((await replace(key('two')).expect(422)).body.code).toBe('key_rejected')
    expect((await open()).credentials.apiKey).toBe(key('one'))
    expect(await storedVersions()).toEqual([[1, 'in use']])
  })

  it('should put a new version into use and keep the former one for a while', async () => {
    const { body } = await replace(key('two')).expect(200)
    expect(body).toMatchObject({ doc: { version: 2, status: 'valid' }, check: { status: 'valid' } })
    const opened = await open()
    expect([opened.credentials.apiKey, opened.version]).toEqual([key('two'), 2])
    expect(await storedVersions()).toEqual([
      [1, 'in grace'],
      [2, 'in use'],
    ])
  })

  it('should destroy the former version when its grace is over: at the next write, and at boot', async () => {
    await replace(key('two')).expect(200)
    await endGrace()
    await replace(key('three')).expect(200)
    expect(await storedVersions()).toEqual([
      [2, 'in grace'],
      [3, 'in use'],
    ])
    await endGrace()
    await openVault({ payload: rig.server.payload })
    expect(await storedVersions()).toEqual([[3, 'in use']])
    expect((await rollBack().expect(409)).body.code).toBe('no_former_version')
  })

  it('should never destroy the version in use, whatever its row says', async () => {
    await rig.server.payload.db.updateMany({
      collection: VAULT_SECRETS,
      where: { tenant: { equals: String(owner.tenant.id) } },
      data: { destroyAfter: new Date(0).toISOString() },
    })
    await openVault({ payload: rig.server.payload })
    expect(await storedVersions()).toEqual([[1, 'in use']])
    expect((await open()).credentials.apiKey).toBe(key('one'))
  })

  it('should lose nothing when several replace at once', async () => {
    const names = ['a', 'b', 'c', 'd']
    const answers = await Promise.all(names.map((name) => replace(key(name))))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    const versions = await storedVersions()
    expect(versions.map(([version]) => version)).toEqual([1, 2, 3, 4, 5])
    const opened = await open()
    expect(opened.version).toBe(5)
    expect(names.map(key)).toContain(opened.credentials.apiKey)
    const { body } = await send('get', '').expect(200)
    expect(body.docs).toMatchObject([{ version: 5 }])
  })

  it('should keep a new key as unverified when the provider is away, with the former one at hand', async () => {
    rig.provider.behaviour = 'hang-up'
    expect((await replace(key('two')).expect(200)).body.doc.status).toBe('unverified')
    rig.provider.behaviour = 'accept'
    await rollBack().expect(200)
    expect((await open()).credentials.apiKey).toBe(key('one'))
  })

  it('should answer 404 for a provider without a key and for one that is unknown', async () => {
    await send('put', '/localllm', { apiKey: key('two') }).expect(404)
    await send('put', '/nobody', { apiKey: key('two') }).expect(404)
    expect(rig.provider.seenKeys).toEqual([])
  })
})

describe('going back to the former key', () => {
  it('should bring it back as a new version, tested, and lead forward again', async () => {
    expect((await rollBack().expect(409)).body.code).toBe('no_former_version')
    await replace(key('two')).expect(200)
    const { body } = await rollBack().expect(200)
    expect(body).toMatchObject({ doc: { version: 3, masked: 'loc-one-…' }, check: { status: 'valid' } })
    expect((await open()).credentials.apiKey).toBe(key('one'))
    expect(rig.provider.seenKeys).toEqual([key('two'), key('one')])
    await rollBack().expect(200)
    expect((await open()).credentials.apiKey).toBe(key('two'))
  })

  it('should not bring back a key that was revoked meanwhile', async () => {
    await replace(key('two')).expect(200)
    rig.provider.behaviour = 'refuse'
    expect((await rollBack().expect(422)).body.code).toBe('key_rejected')
    expect((await open()).credentials.apiKey).toBe(key('two'))
  })
})

describe('deleting a key', () => {
  it('should name the services that stop, and go on when confirmed', async () => {
    const { body } = await send('delete', '/localtts').expect(409)
    expect(body).toMatchObject({
      code: 'key_in_use',
      agents: [],
      services: [{ id: 'voice-cloning' }, { id: 'analytics' }],
    })
    expect((await open()).credentials.apiKey).toBe(key('one'))
    await send('delete', '/localtts?confirm=true').expect(200)
    await send('delete', '/localtts').expect(404)
  })

  it('should name the agents that stop', async () => {
    owner = await signUpWithKeys(rig, { localllm: key('llm'), localstt: key('stt') })
    await send('delete', '/localstt').expect(200)
    const agent = await rig.server.payload.create({
      collection: AGENTS,
      overrideAccess: true,
      draft: true,
      data: {
        tenant: owner.tenant.id,
        name: 'Writer',
        kind: 'content',
        llm: { provider: 'localllm' },
        _status: 'draft',
      },
    })
    const { body } = await send('delete', '/localllm').expect(409)
    expect(body.agents).toEqual([{ id: agent.id, name: 'Writer' }])
    expect(body.error).toContain('Writer')
  })

  it('should take every version with it, and refuse the key from then on', async () => {
    await replace(key('two')).expect(200)
    await send('delete', '/localtts?confirm=true').expect(200)
    expect(await storedVersions()).toEqual([])
    expect((await send('get', '').expect(200)).body.docs).toEqual([])
    await expect(open()).rejects.toMatchObject({ code: 'missing' })
    await rollBack().expect(404)
  })

  it('should leave nothing behind when a replacement runs into it', async () => {
    const [deleted, replaced] = await Promise.all([
      send('delete', '/localtts?confirm=true'),
      replace(key('two')),
      replace(key('three')),
    ])
    expect(deleted.status).toBe(200)
    expect([200, 404]).toContain(replaced.status)
    expect((await send('get', '').expect(200)).body.docs).toEqual([])
    expect(await storedVersions()).toEqual([])
  })
})

describe('the audit log', () => {
  it('should say who did what to which key, and nothing of the key', async () => {
    await replace(key('two')).expect(200)
    await rollBack().expect(200)
    await send('delete', '/localtts?confirm=true').expect(200)
    const { body } = await callApi(rig, { as: owner, path: '/audit-log?sort=id&limit=50' }).expect(200)
    const events = body.docs.filter(({ action }: { action: string }) => action.startsWith('key.'))
    expect(events.map(({ action }: { action: string }) => action)).toEqual([
      'key.stored',
      'key.replaced',
      'key.rolled-back',
      'key.deleted',
    ])
    expect(JSON.stringify(events)).not.toMatch(/loc-/)
  })
})
