import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { bootKeyRig, callApi, signUpWithKeys } from '../../testing/key-rig.ts'
import type { KeyRig } from '../../testing/key-rig.ts'
import type { TestPerson } from '../../testing/people.ts'
import { resolveForUse } from '../../vault/index.ts'
import { AUDIT_HEADS, PROVIDER_KEYS, TENANTS, VAULT_DATA_KEYS, VAULT_SECRETS } from '../slugs.ts'

const key = (name: string) => `loc-${name}-0123456789abcdefghijklmnop`
/** Beyond the deadline of a check, for a provider that says nothing. */
const PATIENCE_MS = 40_000

let rig: KeyRig
let owner: TestPerson
beforeAll(async () => {
  rig = await bootKeyRig()
})
afterAll(() => rig?.close())
beforeEach(async () => {
  rig.provider.behaviour = 'accept'
  owner = await signUpWithKeys(rig, { localtts: key('one') })
  await send('put', '/localtts', { apiKey: key('two') }).expect(200)
})

type Method = 'post' | 'put' | 'get' | 'patch' | 'delete'
const send = (method: Method, path: string, body?: object) =>
  callApi(rig, { as: owner, method, path: `/user-api-keys${path}`, body })
const rollBack = () => send('post', '/localtts/rollback')
const replace = (name: string) => send('put', '/localtts', { apiKey: key(name) })
const open = () =>
  resolveForUse({ payload: rig.server.payload, tenant: owner.tenant.id, provider: 'localtts', purpose: 'call' })
const rowsOf = async (collection: string) => {
  const tenant = collection === PROVIDER_KEYS ? owner.tenant.id : String(owner.tenant.id)
  const { docs } = await rig.server.payload.db.find<{ version: number; destroyAfter?: string | null }>({
    collection,
    where: { tenant: { equals: tenant } },
    sort: collection === VAULT_SECRETS ? 'version' : undefined,
    limit: 0,
    pagination: false,
  })
  return docs
}
/** One row and one ciphertext in use, which is the newest; the others in grace. */
async function expectOneInUse(): Promise<{ version: number; apiKey?: string }> {
  const [record, ...others] = (await send('get', '').expect(200)).body.docs
  expect(others).toEqual([])
  const secrets = await rowsOf(VAULT_SECRETS)
  expect(secrets.filter(({ destroyAfter }) => !destroyAfter).map(({ version }) => version)).toEqual([record.version])
  expect(secrets.at(-1)?.version).toBe(record.version)
  const { version, credentials } = await open()
  expect(version).toBe(record.version)
  return { version, apiKey: credentials.apiKey }
}

describe('two owners at once', () => {
  it('should both replace, roll back, and lose nothing', async () => {
    const answers = await Promise.all([rollBack(), replace('three'), rollBack(), replace('four')])
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    const { version, apiKey } = await expectOneInUse()
    expect(version).toBe(6)
    expect([key('one'), key('two'), key('three'), key('four')]).toContain(apiKey)
    expect(await rowsOf(VAULT_SECRETS)).toHaveLength(6)
  })

  it('should get one key where both store one, and the second is told', async () => {
    const store = (name: string) => send('post', '/store', { provider: 'localllm', apiKey: key(name) })
    const answers = await Promise.all([store('a'), store('b')])
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409])
    const refused = answers.find(({ status }) => status === 409)
    expect(refused?.body.code).toBe('key_exists')
    const secrets = await rowsOf(VAULT_SECRETS)
    expect(secrets.filter((row) => (row as { provider?: string }).provider === 'localllm')).toHaveLength(1)
  })

  it('should leave no key behind where one deletes while the other replaces, rolls back and changes', async () => {
    const answers = await Promise.all([
      rollBack(),
      send('delete', '/localtts?confirm=true'),
      replace('three'),
      send('patch', '/localtts', { expiresAt: '2035-01-01' }),
      send('delete', '/localtts?confirm=true'),
    ])
    expect(answers.map(({ status }) => status).every((status) => [200, 404, 409].includes(status))).toBe(true)
    expect(answers[1]?.status).toBe(200)
    expect((await send('get', '').expect(200)).body.docs).toEqual([])
    expect(await rowsOf(VAULT_SECRETS)).toEqual([])
    await expect(open()).rejects.toMatchObject({ code: 'missing' })
    await send('post', '/store', { provider: 'localtts', apiKey: key('again') }).expect(201)
    expect((await expectOneInUse()).apiKey).toBe(key('again'))
  })

  it('should note what one sets while the other replaces', async () => {
    const [patched, replaced] = await Promise.all([
      send('patch', '/localtts', { defaults: { voice: 'alto' } }),
      replace('three'),
    ])
    expect([patched.status, replaced.status]).toEqual([200, 200])
    expect((await send('get', '').expect(200)).body.docs[0]).toMatchObject({ version: 3, defaults: { voice: 'alto' } })
  })
})

describe('a workspace that is deleted while one of its keys is tested', () => {
  const deleteTenant = () =>
    rig.server.payload.delete({ collection: TENANTS, id: owner.tenant.id, overrideAccess: true, depth: 0 })

  it.each<[string, () => ReturnType<typeof send>]>([
    ['stored', () => send('post', '/store', { provider: 'localllm', apiKey: key('new') })],
    ['replaced', () => replace('new')],
    ['rolled back', () => rollBack()],
  ])(
    'should leave neither key nor data key: %s',
    async (_, act) => {
      rig.provider.behaviour = 'silent'
      const arrived = rig.provider.nextRequest()
      const answer = act().then((response) => response)
      await arrived
      await deleteTenant()
      expect((await answer).status).toBe(404)
      for (const collection of [PROVIDER_KEYS, VAULT_SECRETS, VAULT_DATA_KEYS, AUDIT_HEADS]) {
        expect([collection, await rowsOf(collection)]).toEqual([collection, []])
      }
    },
    PATIENCE_MS,
  )
})
