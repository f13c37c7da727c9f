import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Where } from 'payload'
import request from 'supertest'
import { PROVIDER_KEYS, TENANTS, VAULT_SECRETS } from '../collections/slugs.ts'
import { compositionOf } from '../composition.ts'
import type { TestServer } from '../testing/boot.ts'
import { signUp } from '../testing/people.ts'
import type { TestPerson } from '../testing/people.ts'
import { createFleet } from '../testing/vault-rig.ts'
import type { Fleet } from '../testing/vault-rig.ts'
import { resolveForUse } from '../vault/index.ts'
import { createCanary } from './testing/canaries.ts'
import { createHostileManifest } from './testing/hostile-manifests.ts'
import { startHostileProvider } from './testing/hostile-provider.ts'
import type { HostileProvider } from './testing/hostile-provider.ts'
import { readTables } from './testing/scan-database.ts'

const WITHIN_MS = 1_000

let fleet: Fleet
let hostile: HostileProvider
let nodes: [TestServer, TestServer]
let owner: TestPerson
let key: string
beforeAll(async () => {
  fleet = createFleet()
  hostile = await startHostileProvider()
  const shared = {
    encryptionKey: randomBytes(32),
    payloadSecret: randomBytes(32).toString('hex'),
    baseUrls: { hostilellm: hostile.url },
  }
  const boot = () =>
    fleet.boot(shared, { extraProviders: [createHostileManifest({ id: 'hostilellm', capabilities: ['llm'] })] })
  nodes = [await boot(), await boot()]
})
afterAll(async () => {
  await fleet?.close()
  await hostile?.close()
})
beforeEach(async () => {
  hostile.behaviour = { kind: 'accept' }
  owner = await signUp(nodes[0])
  key = createCanary('hostilellm')
  await ask(0, 'post', '/store', { provider: 'hostilellm', apiKey: key }).expect(201)
})

const ask = (node: 0 | 1, method: 'get' | 'post' | 'put' | 'delete', path: string, body?: object) =>
  request(nodes[node].url)[method](`/api/user-api-keys${path}`).set(owner.headers).send(body)
const open = ({ payload }: TestServer) =>
  resolveForUse({ payload, tenant: owner.tenant.id, provider: 'hostilellm', purpose: 'call' })

/** Opens the key on both nodes again and again. @returns when the last opening that succeeded began, once it is refused everywhere */
function hammer() {
  let isOver = false
  const lastOpened = [0, 0]
  let failures = 0
  const worker = async (node: 0 | 1) => {
    while (!isOver) {
      const begunAt = performance.now()
      try {
        await open(nodes[node])
        lastOpened[node] = Math.max(lastOpened[node] ?? 0, begunAt)
      } catch {
        failures += 1
      }
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
  }
  const workers = [worker(0), worker(1), worker(0), worker(1)]
  return {
    async stop() {
      isOver = true
      await Promise.all(workers)
      return { lastOpened: Math.max(...lastOpened), failures }
    },
  }
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

describe('check 27: a key that is taken away while it is in use', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['deleted', () => ask(0, 'delete', '/hostilellm?confirm=true').expect(200)],
    [
      'refused by its provider',
      () => {
        hostile.behaviour = { kind: 'replay', status: 401, body: {} }
        return ask(0, 'post', '/validate', { provider: 'hostilellm' }).expect(200)
      },
    ],
    [
      'deleted with its workspace',
      () => nodes[0].payload.delete({ collection: TENANTS, id: owner.tenant.id, overrideAccess: true }),
    ],
  ])('check 27: by being %s is refused on every node within a second, and never opens again', async (_how, revoke) => {
    const load = hammer()
    await wait(100)
    await revoke()
    const revokedAt = performance.now()
    await wait(WITHIN_MS + 200)
    const { lastOpened, failures } = await load.stop()
    expect(failures).toBeGreaterThan(0)
    expect(lastOpened).toBeGreaterThan(0)
    expect(lastOpened - revokedAt).toBeLessThan(WITHIN_MS)
    for (const node of nodes)
      await expect(open(node)).rejects.toMatchObject({ code: expect.stringMatching(/missing|rejected/) })
  })

  it('check 27: with a workspace goes its data key, from the database and from the memory of who deleted it', async () => {
    const isTheirs = (row: Record<string, unknown>) => String(row.tenant ?? row.tenant_id) === String(owner.tenant.id)
    const before = Object.values(await readTables(nodes[0]))
      .flat()
      .filter(isTheirs)
    const keyIds = before.flatMap(({ wrapped, keyId, key_id }) => (wrapped ? [String(keyId ?? key_id)] : []))
    expect(keyIds).toHaveLength(1)
    await open(nodes[0])
    await nodes[0].payload.delete({ collection: TENANTS, id: owner.tenant.id, overrideAccess: true })
    const { vault } = compositionOf(nodes[0].payload)
    for (const keyId of keyIds) expect(vault.peekDataKey({ tenant: String(owner.tenant.id), keyId })).toBeUndefined()
    expect(
      Object.values(await readTables(nodes[0]))
        .flat()
        .filter(isTheirs),
    ).toEqual([])
    for (const node of nodes) await expect(open(node)).rejects.toMatchObject({ code: 'missing' })
  })
})

describe('check 28: a key that is replaced', () => {
  const listed = async () => (await ask(1, 'get', '').expect(200)).body.docs[0]

  it('check 28: is tested before it counts: one that is refused changes nothing for anybody', async () => {
    hostile.behaviour = { kind: 'replay', status: 401, body: {} }
    await ask(0, 'put', '/hostilellm', { apiKey: createCanary('hostilellm') }).expect(422)
    expect(await listed()).toMatchObject({ version: 1, status: 'valid' })
    for (const node of nodes) expect((await open(node)).credentials.apiKey).toBe(key)
  })

  it('check 28: leaves who already uses it what they hold, keeps the former in grace, and goes back', async () => {
    const held = await open(nodes[1])
    const next = createCanary('hostilellm')
    await ask(0, 'put', '/hostilellm', { apiKey: next }).expect(200)
    expect(held.credentials.apiKey).toBe(key)
    for (const node of nodes) expect((await open(node)).credentials.apiKey).toBe(next)
    const { version, former } = await listed()
    expect([version, former?.version]).toEqual([2, 1])
    expect(Date.parse(former.until)).toBeGreaterThan(Date.now())
    await ask(1, 'post', '/hostilellm/rollback', {}).expect(200)
    for (const node of nodes) expect(await open(node)).toMatchObject({ credentials: { apiKey: key }, version: 3 })
  })

  it('check 28: by several owners on several nodes at once is one of theirs, and the others are accounted for', async () => {
    const given = Array.from({ length: 6 }, () => createCanary('hostilellm'))
    const answers = await Promise.all(
      given.map((apiKey, at) => ask((at % 2) as 0 | 1, 'put', '/hostilellm', { apiKey })),
    )
    expect(answers.map(({ status }) => status)).toEqual(given.map(() => 200))
    const opened = await Promise.all(nodes.map(open))
    expect(new Set(opened.map(({ credentials }) => credentials.apiKey)).size).toBe(1)
    expect(given).toContain(opened[0]?.credentials.apiKey)
    const { version } = await listed()
    expect(version).toBe(opened[0]?.version)
    const where = { tenant: { equals: String(owner.tenant.id) } }
    const { docs } = await nodes[0].payload.db.find<{
      version: number
      destroyAfter?: string | null
      provider: string
    }>({ collection: VAULT_SECRETS, where, limit: 0, pagination: false })
    const rows = docs.filter(({ provider }) => provider === 'hostilellm')
    expect(new Set(rows.map((row) => row.version)).size).toBe(rows.length)
    expect(rows).toHaveLength(7)
    // All but the one in use end with their grace.
    expect(rows.filter(({ destroyAfter }) => !destroyAfter).map((row) => row.version)).toEqual([version])
    const history = await ask(0, 'get', '/hostilellm/history?limit=100').expect(200)
    expect(history.body.docs.filter(({ action }: { action: string }) => action === 'key.replaced')).toHaveLength(6)
  })

  it('check 28: while it is deleted is either there and opens, or is gone with every ciphertext', async () => {
    await Promise.all([
      ask(0, 'put', '/hostilellm', { apiKey: createCanary('hostilellm') }),
      ask(1, 'delete', '/hostilellm?confirm=true'),
      ask(0, 'post', '/validate', { provider: 'hostilellm' }),
    ])
    const where: Where = { and: [{ tenant: { equals: owner.tenant.id } }, { provider: { equals: 'hostilellm' } }] }
    const record = await nodes[0].payload.db.findOne({ collection: PROVIDER_KEYS, where })
    if (record) {
      expect((await open(nodes[1])).credentials.apiKey).toEqual(expect.any(String))
      return
    }
    const ofTenant: Where = {
      and: [{ tenant: { equals: String(owner.tenant.id) } }, { provider: { equals: 'hostilellm' } }],
    }
    const { docs } = await nodes[0].payload.db.find({ collection: VAULT_SECRETS, where: ofTenant })
    expect(docs).toEqual([])
  })
})
