import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import request from 'supertest'
import { AGENTS, ALLOWED_ENDPOINTS, CALLS, TENANTS, USERS } from '../collections/slugs.ts'
import { bootTestServer } from '../testing/boot.ts'
import type { TestServer } from '../testing/boot.ts'
import { fakeProviders } from '../collections/testing/fake-providers.ts'
import { createSample } from '../testing/create-sample.ts'
import { addPerson, addPlatformAdmin, addStranger, signUp } from '../testing/people.ts'
import type { TestPerson } from '../testing/people.ts'
import type { DocumentId } from './membership.ts'

type Caller = { headers: Record<string, string> }
type Method = 'get' | 'post' | 'patch' | 'delete'

describe('tenants', () => {
  let server: TestServer
  let ada: TestPerson
  let eve: TestPerson
  const adaDocs = new Map<string, DocumentId>()
  const eveDocs = new Map<string, DocumentId>()

  beforeAll(async () => {
    server = await bootTestServer({}, { extraProviders: fakeProviders })
    ada = await signUp(server, 'Ada')
    eve = await signUp(server, 'Eve')
    for (const slug of restCollections()) {
      adaDocs.set(slug, await createSample({ payload: server.payload, slug, tenant: ada.tenant.id }))
      eveDocs.set(slug, await createSample({ payload: server.payload, slug, tenant: eve.tenant.id }))
    }
  })
  afterAll(async () => {
    for (const { tenant } of [ada, eve]) {
      await server.payload.delete({ collection: TENANTS, id: tenant.id, overrideAccess: true })
    }
    await server.close()
  })

  /** Those with a tenant and with routes; what has no routes cannot be reached at all. */
  const restCollections = () =>
    server.payload.config.collections
      .filter(({ flattenedFields }) => flattenedFields.some(({ name }) => name === 'tenant'))
      .filter(({ endpoints }) => Boolean(endpoints))
      .map(({ slug }) => slug)
  const ask = (who: Caller, method: Method, path: string, body?: object) => {
    const asked = request(server.url)[method](`/api${path}`).set(who.headers)
    return body ? asked.send(body) : asked
  }
  const stored = (slug: string, id: DocumentId) =>
    server.payload.findByID({ collection: slug, id, overrideAccess: true, depth: 0 })

  it('should have a tenant on every collection with routes but people, tenants themselves and what is the platform’s', () => {
    const without = server.payload.config.collections
      .filter(({ slug, endpoints }) => Boolean(endpoints) && !slug.startsWith('payload-'))
      .map(({ slug }) => slug)
      .filter((slug) => !restCollections().includes(slug))
    expect(without.sort()).toEqual([ALLOWED_ENDPOINTS, TENANTS, USERS])
    expect(restCollections().length).toBeGreaterThanOrEqual(6)
  })

  it('should not relate a tenant’s documents to people, whose fields a filter could then spell out', () => {
    const related = server.payload.config.collections
      .filter(({ slug }) => restCollections().includes(slug))
      .flatMap(({ slug, flattenedFields }) =>
        flattenedFields
          .filter((field) => 'relationTo' in field && [field.relationTo].flat().includes(USERS))
          .map(({ name }) => `${slug}.${name}`),
      )
    expect(related).toEqual([])
  })

  it('should show an owner their own documents and nobody else’s, in lists, counts and filters', async () => {
    for (const slug of restCollections()) {
      const { body } = await ask(ada, 'get', `/${slug}?limit=0&depth=0`).expect(200)
      const tenants = new Set(body.docs.map(({ tenant }: { tenant: unknown }) => String(tenant)))
      expect([slug, [...tenants]]).toEqual([slug, [String(ada.tenant.id)]])
      const { body: count } = await ask(ada, 'get', `/${slug}/count`).expect(200)
      expect(count.totalDocs).toBe(body.totalDocs)
      const named = await ask(ada, 'get', `/${slug}?where[tenant][equals]=${eve.tenant.id}`).expect(200)
      expect(named.body.totalDocs).toBe(0)
      const byId = await ask(ada, 'get', `/${slug}?where[or][0][id][equals]=${eveDocs.get(slug)}`).expect(200)
      expect(byId.body.totalDocs).toBe(0)
    }
  })

  it('should answer for another tenant’s document as for one that does not exist', async () => {
    for (const slug of restCollections()) {
      const missing = server.payload.db.defaultIDType === 'number' ? '999999' : 'f'.repeat(24)
      const before = await stored(slug, eveDocs.get(slug) ?? '')
      for (const method of ['get', 'patch', 'delete'] as const) {
        const body = method === 'patch' ? { name: 'mine', alt: 'mine' } : undefined
        const foreign = await ask(ada, method, `/${slug}/${eveDocs.get(slug)}`, body)
        const none = await ask(ada, method, `/${slug}/${missing}`, body)
        expect([slug, method, foreign.status]).toEqual([slug, method, 404])
        expect([slug, method, none.status, none.body]).toEqual([slug, method, 404, foreign.body])
      }
      const copy = await ask(ada, 'post', `/${slug}/${eveDocs.get(slug)}/duplicate`)
      expect([slug, [400, 404].includes(copy.status)]).toEqual([slug, true])
      expect(await stored(slug, eveDocs.get(slug) ?? '')).toEqual(before)
    }
  })

  it('should change and delete nothing of another tenant by a filter', async () => {
    for (const slug of restCollections()) {
      const filter = `where[id][in][0]=${eveDocs.get(slug)}`
      const before = await stored(slug, eveDocs.get(slug) ?? '')
      const changed = await ask(ada, 'patch', `/${slug}?${filter}`, { name: 'mine', alt: 'mine' })
      expect(changed.body.docs ?? []).toEqual([])
      const deleted = await ask(ada, 'delete', `/${slug}?${filter}`)
      expect(deleted.body.docs ?? []).toEqual([])
      expect(await stored(slug, eveDocs.get(slug) ?? '')).toEqual(before)
    }
  })

  it('should let nobody put a document into another tenant', async () => {
    for (const slug of restCollections()) {
      const before = await server.payload.count({
        collection: slug,
        overrideAccess: true,
        where: { tenant: { equals: eve.tenant.id } },
      })
      const forms = [
        { tenant: eve.tenant.id },
        { tenant: String(eve.tenant.id) },
        { tenant: { id: ada.tenant.id, value: eve.tenant.id } },
        { tenant: [eve.tenant.id] },
      ]
      for (const form of forms) {
        const { status } = await ask(ada, 'post', `/${slug}`, { name: 'planted', number: '+15550001111', ...form })
        expect([slug, [400, 403].includes(status)]).toEqual([slug, true])
        const draft = await ask(ada, 'post', `/${slug}?draft=true`, { name: 'planted', ...form })
        expect([slug, [400, 403].includes(draft.status)]).toEqual([slug, true])
      }
      const moved = await ask(ada, 'patch', `/${slug}/${adaDocs.get(slug)}`, { tenant: eve.tenant.id })
      expect([slug, [400, 403].includes(moved.status)]).toEqual([slug, true])
      const after = await server.payload.count({
        collection: slug,
        overrideAccess: true,
        where: { tenant: { equals: eve.tenant.id } },
      })
      expect(after.totalDocs).toBe(before.totalDocs)
    }
  })

  it('should relate no document to another tenant’s', async () => {
    for (const { slug, flattenedFields } of server.payload.config.collections) {
      if (!restCollections().includes(slug)) continue
      for (const field of flattenedFields) {
        if (field.type !== 'relationship' || field.name === 'tenant' || typeof field.relationTo !== 'string') continue
        const update = server.payload.update({
          collection: slug,
          id: adaDocs.get(slug) ?? '',
          overrideAccess: true,
          data: { [field.name]: eveDocs.get(field.relationTo) },
        })
        await expect(update).rejects.toMatchObject({ status: 400 })
      }
    }
    const own = { agent: String(adaDocs.get(AGENTS)), phoneNumber: adaDocs.get('phone-numbers') }
    await server.payload.update({ collection: CALLS, id: adaDocs.get(CALLS) ?? '', overrideAccess: true, data: own })
    expect(await stored(CALLS, adaDocs.get(CALLS) ?? '')).toMatchObject({ ...own, agent: adaDocs.get(AGENTS) })
  })

  it('should never show another tenant’s documents through depth or populate', async () => {
    // As if it had been stored wrongly: straight into the database.
    await server.payload.db.updateOne({
      collection: CALLS,
      id: adaDocs.get(CALLS) ?? '',
      data: { agent: eveDocs.get(AGENTS) },
    })
    const { body } = await ask(ada, 'get', `/calls/${adaDocs.get(CALLS)}?depth=3&populate[agents][name]=true`).expect(
      200,
    )
    expect(body.agent).toBe(eveDocs.get(AGENTS))
  })

  describe('a member of two workspaces', () => {
    let both: TestPerson
    beforeAll(async () => {
      const other = await signUp(server, 'Boss')
      both = await addPerson(server, { tenant: ada.tenant, role: 'viewer' })
      await server.payload.update({
        collection: USERS,
        id: both.id,
        overrideAccess: true,
        data: {
          memberships: [
            { tenant: ada.tenant.id, role: 'viewer' },
            { tenant: other.tenant.id, role: 'editor' },
          ],
        },
      })
      both = { ...both, tenant: other.tenant }
    })

    it('should write only where their role allows it, whatever names the workspace', async () => {
      const agent = { name: 'Mine' }
      const made = await ask(both, 'post', '/agents', { ...agent, tenant: both.tenant.id }).expect(201)
      expect(made.body.doc.tenant.id ?? made.body.doc.tenant).toBe(both.tenant.id)
      await ask(both, 'post', '/agents', { ...agent, tenant: ada.tenant.id }).expect(403)
      const inHeader = (slug: string) => ({ headers: { ...both.headers, 'X-Tenant': slug } })
      const inCookie = { headers: { ...both.headers, Cookie: `payload-tenant=${ada.tenant.id}` } }
      await ask(inHeader(ada.tenant.slug), 'post', '/agents', agent).expect(403)
      await ask(inHeader(eve.tenant.slug), 'post', '/agents', agent).expect(403)
      await ask(inCookie, 'post', '/agents', agent).expect(403)
      const named = await ask(inHeader(both.tenant.slug), 'post', '/agents?depth=0', agent).expect(201)
      expect(named.body.doc.tenant).toBe(both.tenant.id)
      await ask(both, 'post', '/agents', agent).expect(400)
      await ask(both, 'post', '/agents?draft=true', agent).expect(400)
      await ask(both, 'patch', `/agents/${adaDocs.get(AGENTS)}`, { name: 'x' }).expect(403)
      await ask(both, 'get', `/agents/${adaDocs.get(AGENTS)}`).expect(200)
    })

    it('should leave a document in its workspace', async () => {
      const { body } = await ask(both, 'post', '/agents', { name: 'Stays', tenant: both.tenant.id }).expect(201)
      const move = { tenant: ada.tenant.id }
      await ask(both, 'patch', `/agents/${body.doc.id}`, move).expect(400)
      await ask(both, 'patch', `/agents/${body.doc.id}?draft=true`, move).expect(400)
      await ask(both, 'patch', `/agents?where[id][equals]=${body.doc.id}`, move).expect(400)
      expect((await stored(AGENTS, body.doc.id)).tenant).toBe(both.tenant.id)
    })

    it('should not copy a document into a workspace where they only look on', async () => {
      const header = { headers: { ...both.headers, 'X-Tenant': both.tenant.slug } }
      const { status } = await ask(header, 'post', `/agents/${adaDocs.get(AGENTS)}/duplicate`)
      expect([400, 403, 404]).toContain(status)
      const { totalDocs } = await server.payload.count({
        collection: AGENTS,
        overrideAccess: true,
        where: { tenant: { equals: ada.tenant.id } },
      })
      expect(totalDocs).toBe(1)
    })
  })

  it('should fill in the only workspace of who writes', async () => {
    const { body } = await ask(ada, 'post', '/agents?depth=0', { name: 'No tenant given' }).expect(201)
    expect(body.doc.tenant).toBe(ada.tenant.id)
    await ask(ada, 'delete', `/agents/${body.doc.id}`).expect(200)
  })

  it('should let a viewer change nothing', async () => {
    const viewer = await addPerson(server, { tenant: ada.tenant, role: 'viewer' })
    for (const slug of restCollections()) {
      const body = { name: 'x', alt: 'x', number: '+15550002222' }
      expect([slug, (await ask(viewer, 'post', `/${slug}`, body)).status]).toEqual([slug, 403])
      for (const method of ['patch', 'delete'] as const) {
        const { status } = await ask(viewer, method, `/${slug}/${adaDocs.get(slug)}`, body)
        expect([slug, method, [403, 404].includes(status)]).toEqual([slug, method, true])
      }
    }
  })

  it('should let nobody write records that only the server writes', async () => {
    for (const slug of [CALLS, 'usage', 'audit-log']) {
      for (const who of [ada, await addPlatformAdmin(server)]) {
        await ask(who, 'post', `/${slug}`, { tenant: ada.tenant.id, action: 'forged', provider: 'x' }).expect(403)
        const { status: changed } = await ask(who, 'patch', `/${slug}/${adaDocs.get(slug)}`, { action: 'forged' })
        const { status: deleted } = await ask(who, 'delete', `/${slug}/${adaDocs.get(slug)}`)
        expect([changed, deleted]).toEqual([403, 403])
      }
    }
    const change = { collection: 'audit-log', id: adaDocs.get('audit-log') ?? '', data: { action: 'forged' } }
    await expect(server.payload.update({ ...change, overrideAccess: true })).rejects.toMatchObject({ status: 409 })
  })

  it('should let a platform admin look on in every workspace and write in none', async () => {
    const admin = await addPlatformAdmin(server)
    const { body } = await ask(admin, 'get', '/agents?depth=0&limit=0').expect(200)
    const tenants = body.docs.map(({ tenant }: { tenant: DocumentId }) => tenant)
    expect(tenants).toEqual(expect.arrayContaining([ada.tenant.id, eve.tenant.id]))
    await ask(admin, 'get', `/agents/${eveDocs.get(AGENTS)}`).expect(200)
    await ask(admin, 'patch', `/agents/${eveDocs.get(AGENTS)}`, { name: 'x' }).expect(403)
    await ask(admin, 'delete', `/agents/${eveDocs.get(AGENTS)}`).expect(403)
    await ask(admin, 'post', '/agents', { name: 'x', tenant: eve.tenant.id }).expect(403)
  })

  it('should hold for machine clients with an API key', async () => {
    const apiKey = '0d9c9c39-3c65-4d0b-9d0e-9d0a3f6f5f11'
    await ask(ada, 'patch', `/users/${ada.id}`, { enableAPIKey: true, apiKey }).expect(200)
    const machine = { headers: { Authorization: `users API-Key ${apiKey}` } }
    const { body } = await ask(machine, 'get', '/agents?depth=0').expect(200)
    expect(body.docs.map(({ tenant }: { tenant: unknown }) => tenant)).toEqual([ada.tenant.id])
    await ask(machine, 'get', `/agents/${eveDocs.get(AGENTS)}`).expect(404)
    await ask(machine, 'post', '/agents', { name: 'x', tenant: eve.tenant.id }).expect(403)
    await ask({ headers: { Authorization: 'users API-Key wrong' } }, 'get', '/agents').expect(403)
  })

  it('should show somebody of no workspace nothing, without failing', async () => {
    const stranger = await addStranger(server)
    for (const slug of restCollections()) {
      expect([slug, (await ask(stranger, 'get', `/${slug}`)).status]).toEqual([slug, 403])
      expect([slug, (await ask(stranger, 'get', `/${slug}/${adaDocs.get(slug)}`)).status]).toEqual([slug, 404])
      expect([slug, (await ask(stranger, 'post', `/${slug}`, { tenant: ada.tenant.id })).status]).toEqual([slug, 403])
    }
    const { body } = await ask(stranger, 'get', '/access').expect(200)
    expect(body.canAccessAdmin).not.toBe(true)
    for (const slug of restCollections()) expect(body.collections?.[slug]?.read).toBeUndefined()
  })
})
