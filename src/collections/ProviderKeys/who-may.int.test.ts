import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { bootKeyRig, callApi, signUpWithKeys } from '../../testing/key-rig.ts'
import type { KeyRig } from '../../testing/key-rig.ts'
import { addPerson, addPlatformAdmin, signUp } from '../../testing/people.ts'
import type { TestPerson } from '../../testing/people.ts'
import { resolveForUse } from '../../vault/index.ts'
import { TENANTS, VAULT_CANARY, VAULT_DATA_KEYS, VAULT_SECRETS } from '../slugs.ts'

const KEY = 'loc-0123456789abcdefghijklmnopqrstuvwxyz'
type Headers = { headers: Record<string, string> }

let rig: KeyRig
let owner: TestPerson
let stranger: TestPerson
let people: Record<'owner' | 'editor' | 'viewer' | 'admin' | 'stranger' | 'anonymous', Headers>
let documentId: number | string

beforeAll(async () => {
  rig = await bootKeyRig()
  owner = await signUpWithKeys(rig, { localllm: KEY })
  stranger = await signUpWithKeys(rig, { localstt: KEY })
  const { tenant } = owner
  people = {
    owner,
    stranger,
    editor: await addPerson(rig.server, { tenant, role: 'editor' }),
    viewer: await addPerson(rig.server, { tenant, role: 'viewer' }),
    admin: await addPlatformAdmin(rig.server),
    anonymous: { headers: {} },
  }
  const { body } = await callApi(rig, { as: owner, path: '/provider-keys' }).expect(200)
  documentId = body.docs[0].id
  rig.provider.seenKeys.length = 0
})
afterAll(() => rig?.close())

const inTenant = ({ headers }: Headers, tenant: TestPerson['tenant']): Headers => ({
  headers: { ...headers, 'X-Tenant': tenant.slug },
})

const WRITES = [
  ['post', '/user-api-keys/store', { provider: 'localtts', apiKey: KEY }],
  ['post', '/user-api-keys/validate', { provider: 'localllm' }],
  ['post', '/user-api-keys/validate', { provider: 'localllm', apiKey: KEY }],
  ['put', '/user-api-keys/localllm', { apiKey: KEY }],
  ['patch', '/user-api-keys/localllm', { defaults: { model: 'stolen' } }],
  ['post', '/user-api-keys/localllm/rollback', {}],
  ['delete', '/user-api-keys/localllm?confirm=true', undefined],
] as const

describe.each(WRITES)('%s %s', (method, path, body) => {
  it.each([
    ['editor', 403, 'forbidden'],
    ['viewer', 403, 'forbidden'],
    ['admin', 403, 'forbidden'],
    ['stranger', 404, 'not_found'],
    ['anonymous', 401, 'unauthenticated'],
  ] as const)('should answer the %s %i %s, and ask no provider', async (who, status, code) => {
    const as = who === 'anonymous' ? people.anonymous : inTenant(people[who], owner.tenant)
    const answer = await callApi(rig, { as, method, path, body }).expect(status)
    expect(answer.body.code).toBe(code)
    expect(answer.body.error).toMatch(/\w+ .*\.$/)
    expect(rig.provider.seenKeys).toEqual([])
  })

  it('should answer the same for a workspace that does not exist', async () => {
    const as = inTenant(owner, { id: 0, slug: 'no-such-workspace' })
    const unknown = await callApi(rig, { as, method, path, body }).expect(404)
    const foreign = await callApi(rig, { as: inTenant(stranger, owner.tenant), method, path, body }).expect(404)
    expect(foreign.body).toEqual(unknown.body)
  })
})

describe('the list of keys', () => {
  it.each([
    ['owner', 200],
    ['editor', 200],
    ['admin', 200],
    ['viewer', 403],
    ['stranger', 404],
  ] as const)('should answer the %s %i', async (who, status) => {
    const { body } = await callApi(rig, { as: inTenant(people[who], owner.tenant), path: '/user-api-keys' }).expect(
      status,
    )
    if (status === 200) expect(body.docs).toMatchObject([{ provider: 'localllm', masked: 'loc-012345…' }])
    else expect(JSON.stringify(body)).not.toContain('localllm')
  })

  it("should hold nothing of another workspace's", async () => {
    const { body } = await callApi(rig, { as: stranger, path: '/user-api-keys' }).expect(200)
    expect(body.docs.map(({ provider }: { provider: string }) => provider)).toEqual(['localstt'])
  })
})

describe('the generated REST of keys', () => {
  it.each([
    ['owner', 200],
    ['editor', 200],
    ['admin', 200],
    ['viewer', 403],
    ['anonymous', 403],
  ] as const)('should let the %s read with %i', async (who, status) => {
    const { body } = await callApi(rig, { as: people[who], path: '/provider-keys?depth=2' }).expect(status)
    expect(JSON.stringify(body)).not.toMatch(/envelope|wrapped|pb1\.|pbk1\.|fingerprint/)
    expect(JSON.stringify(body)).not.toContain(KEY.slice(0, 11))
  })

  it("should answer 404 for another workspace's", async () => {
    await callApi(rig, { as: stranger, path: `/provider-keys/${documentId}` }).expect(404)
    const { body } = await callApi(rig, { as: stranger, path: '/provider-keys' }).expect(200)
    expect(body.docs).toHaveLength(1)
  })

  it('should let nobody write', async () => {
    for (const as of Object.values(people)) {
      const data = {
        tenant: owner.tenant.id,
        provider: 'localtts',
        masked: 'x',
        credentialId: 'c',
        version: 1,
        status: 'valid',
      }
      const attempts = [
        callApi(rig, { as, method: 'post', path: '/provider-keys', body: data }),
        callApi(rig, {
          as,
          method: 'patch',
          path: `/provider-keys/${documentId}`,
          body: { version: 7, status: 'valid' },
        }),
        callApi(rig, { as, method: 'patch', path: '/provider-keys?where[id][exists]=true', body: { version: 7 } }),
        callApi(rig, { as, method: 'delete', path: `/provider-keys/${documentId}` }),
        callApi(rig, { as, method: 'delete', path: '/provider-keys?where[id][exists]=true' }),
        callApi(rig, { as, method: 'post', path: `/provider-keys/${documentId}/duplicate` }),
      ]
      for (const attempt of attempts) expect([401, 403, 404, 405]).toContain((await attempt).status)
    }
    const key = await resolveForUse({
      payload: rig.server.payload,
      tenant: owner.tenant.id,
      provider: 'localllm',
      purpose: 'call',
    })
    expect([key.version, key.credentials.apiKey]).toEqual([1, KEY])
  })

  it.each(['envelope', 'ciphertext', 'apiKey', 'credentials', 'fingerprint', 'secret', 'wrapped'])(
    'should refuse to filter and sort by %s, and select nothing by it',
    async (field) => {
      for (const query of [
        `where[${field}][exists]=true`,
        `where[${field}][like]=loc-`,
        `where[or][0][${field}][equals]=x`,
        `where[tenant.${field}][like]=x`,
      ]) {
        await callApi(rig, { as: owner, path: `/provider-keys?${query}` }).expect(400)
        await callApi(rig, { as: owner, path: `/provider-keys/count?${query}` }).expect(400)
      }
      const ids = async (query: string) => {
        const { status, body } = await callApi(rig, { as: owner, path: `/provider-keys?${query}` })
        return status === 400 ? 'refused' : JSON.stringify(body.docs.map(({ id }: { id: unknown }) => id))
      }
      const [up, down] = [await ids(`sort=${field}`), await ids(`sort=-${field}`)]
      expect(up).toBe(down)
      const { body } = await callApi(rig, { as: owner, path: `/provider-keys?select[${field}]=true` }).expect(200)
      expect(body.docs).toHaveLength(1)
      expect(body.docs[0][field]).toBeUndefined()
    },
  )
})

describe('the collections of the vault', () => {
  it.each([VAULT_SECRETS, VAULT_DATA_KEYS, VAULT_CANARY])('should have no REST: %s', async (slug) => {
    for (const as of Object.values(people)) {
      for (const [method, path] of [
        ['get', ''],
        ['get', '/1'],
        ['get', '/count'],
        ['get', '/versions'],
        ['post', ''],
        ['post', '/access'],
        ['post', '/1/duplicate'],
        ['patch', '/1'],
        ['delete', '/1'],
        ['delete', '?where[id][exists]=true'],
      ] as const) {
        const { status, text } = await callApi(rig, { as, method, path: `/${slug}${path}` })
        expect([slug, method, path, [403, 404, 501].includes(status)]).toEqual([slug, method, path, true])
        expect(text).not.toMatch(/pb1\.|pbk1\./)
      }
    }
  })

  it.each([VAULT_SECRETS, VAULT_DATA_KEYS, VAULT_CANARY])(
    'should refuse the Local API where access counts: %s',
    async (slug) => {
      await expect(
        rig.server.payload.find({ collection: slug, overrideAccess: false, user: { ...owner, collection: 'users' } }),
      ).rejects.toMatchObject({ status: 403 })
    },
  )

  it('should not be named to anybody, nor keep versions or drafts', async () => {
    const { body } = await callApi(rig, { as: people.admin, path: '/access' }).expect(200)
    for (const slug of [VAULT_SECRETS, VAULT_DATA_KEYS, VAULT_CANARY]) {
      expect(body.collections?.[slug]).toBeUndefined()
      expect(rig.server.payload.collections[slug]?.config.versions).toBeFalsy()
      expect(rig.server.payload.collections[slug]?.config.trash).toBeFalsy()
    }
  })
})

describe('two workspaces of one person', () => {
  it('should each have their own keys', async () => {
    const both = await signUp(rig.server)
    const { tenant } = await addOwner(both)
    for (const [workspace, apiKey] of [
      [both.tenant, `${KEY}-first`],
      [tenant, `${KEY}-second`],
    ] as const) {
      const as = inTenant(both, workspace)
      await callApi(rig, {
        as,
        method: 'post',
        path: '/user-api-keys/store',
        body: { provider: 'localllm', apiKey },
      }).expect(201)
    }
    const open = async (id: number | string) =>
      (await resolveForUse({ payload: rig.server.payload, tenant: id, provider: 'localllm', purpose: 'call' }))
        .credentials.apiKey
    expect(await open(both.tenant.id)).toBe(`${KEY}-first`)
    expect(await open(tenant.id)).toBe(`${KEY}-second`)
    const { body } = await callApi(rig, { as: both, path: '/user-api-keys' }).expect(400)
    expect(body.code).toBe('tenant_required')
  })

  async function addOwner(person: TestPerson) {
    const { payload } = rig.server
    const tenant = await payload.create({
      collection: TENANTS,
      overrideAccess: true,
      data: { name: 'Second', slug: `second-${person.id}` },
    })
    await payload.update({
      collection: 'users',
      id: person.id,
      overrideAccess: true,
      data: {
        memberships: [
          { tenant: person.tenant.id, role: 'owner' },
          { tenant: tenant.id, role: 'owner' },
        ],
      },
    })
    return { tenant: { id: tenant.id, slug: String(tenant.slug) } }
  }
})
