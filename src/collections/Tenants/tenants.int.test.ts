import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import request from 'supertest'
import { bootTestServer } from '../../testing/boot.ts'
import type { TestServer } from '../../testing/boot.ts'
import { createSample } from '../../testing/create-sample.ts'
import { addPerson, addPlatformAdmin, signUp } from '../../testing/people.ts'
import type { TestPerson } from '../../testing/people.ts'
import { MEDIA, USERS } from '../slugs.ts'
import { fakeProviders } from '../testing/fake-providers.ts'

type Caller = Pick<TestPerson, 'headers'>
type Method = 'get' | 'post' | 'patch' | 'delete'

describe('tenants', () => {
  let server: TestServer
  let admin: Caller
  beforeAll(async () => {
    server = await bootTestServer({}, { extraProviders: fakeProviders })
    admin = await addPlatformAdmin(server)
  })
  afterAll(() => server.close())

  const ask = (who: Caller, method: Method, path: string, body?: object) => {
    const asked = request(server.url)[method](`/api${path}`).set(who.headers)
    return body ? asked.send(body) : asked
  }

  it('should be renamed by their owners, and by nobody else in them', async () => {
    const ada = await signUp(server)
    const path = `/tenants/${ada.tenant.id}`
    const { body } = await ask(ada, 'patch', path, { name: 'Analytical engines', slug: 'stolen' }).expect(200)
    expect(body.doc).toMatchObject({ name: 'Analytical engines', slug: ada.tenant.slug })
    for (const role of ['editor', 'viewer'] as const) {
      const member = await addPerson(server, { tenant: ada.tenant, role })
      await ask(member, 'get', path).expect(200)
      await ask(member, 'patch', path, { name: 'x' }).expect(403)
    }
    const eve = await signUp(server, 'Eve')
    await ask(eve, 'get', path).expect(404)
    await ask(eve, 'patch', path, { name: 'x' }).expect(404)
    expect((await ask(eve, 'get', '/tenants')).body.docs.map(({ id }: { id: unknown }) => id)).toEqual([eve.tenant.id])
  })

  it('should be made and deleted by platform admins alone, with a slug made from the name', async () => {
    const ada = await signUp(server)
    await ask(ada, 'post', '/tenants', { name: 'Mine too' }).expect(403)
    await ask(ada, 'delete', `/tenants/${ada.tenant.id}`).expect(403)
    const { body } = await ask(admin, 'post', '/tenants', { name: 'Crème & Co' }).expect(201)
    expect(body.doc.slug).toBe('creme-co')
    const again = await ask(admin, 'post', '/tenants', { name: 'Creme Co' }).expect(201)
    expect(again.body.doc.slug).toBe('creme-co-2')
    for (const slug of ['creme-co', '42', 'Upper', 'f'.repeat(24)]) {
      await ask(admin, 'post', '/tenants', { name: 'X', slug }).expect(400)
    }
  })

  it('should take everything of theirs with them, and nothing else', async () => {
    const ada = await signUp(server)
    const eve = await signUp(server, 'Eve')
    const slugs = server.payload.config.collections
      .filter(({ flattenedFields }) => flattenedFields.some(({ name }) => name === 'tenant'))
      .map(({ slug }) => slug)
    for (const { tenant } of [ada, eve]) {
      for (const slug of slugs) await createSample({ payload: server.payload, slug, tenant: tenant.id })
    }
    const countOf = async (collection: string, tenant: unknown) => {
      const field = server.payload.collections[collection]?.config.flattenedFields.find(({ name }) => name === 'tenant')
      const equals = field?.type === 'text' ? String(tenant) : tenant
      return (await server.payload.count({ collection, overrideAccess: true, where: { tenant: { equals } } })).totalDocs
    }
    const eves = await Promise.all(slugs.map((slug) => countOf(slug, eve.tenant.id)))
    expect(Math.min(...eves)).toBeGreaterThan(0)

    await ask(admin, 'delete', `/tenants/${ada.tenant.id}`).expect(200)

    for (const slug of slugs) {
      expect([slug, await countOf(slug, ada.tenant.id)]).toEqual([slug, 0])
      const orphans = await server.payload.count({
        collection: slug,
        overrideAccess: true,
        where: { tenant: { exists: false } },
      })
      expect([slug, orphans.totalDocs]).toEqual([slug, 0])
    }
    expect(await Promise.all(slugs.map((slug) => countOf(slug, eve.tenant.id)))).toEqual(eves)
    const user = await server.payload.findByID({ collection: USERS, id: ada.id, overrideAccess: true, depth: 0 })
    expect(user.memberships).toEqual([])
    await ask(ada, 'get', '/agents').expect(403)
    expect((await ask(ada, 'get', '/members').expect(403)).body.code).toBe('no_tenant')
    await server.payload.delete({ collection: MEDIA, overrideAccess: true, where: { id: { exists: true } } })
  })
})
