import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { CollectionConfig, PayloadRequest, TypedUser } from 'payload'
import request from 'supertest'
import { AGENTS } from '../collections/slugs.ts'
import { fakeProviders } from '../collections/testing/fake-providers.ts'
import { bootTestServer } from '../testing/boot.ts'
import type { TestServer } from '../testing/boot.ts'
import { createSample } from '../testing/create-sample.ts'
import { addPlatformAdmin, addStranger, signUp } from '../testing/people.ts'
import type { TestPerson } from '../testing/people.ts'
import type { DocumentId } from './membership.ts'

type Method = 'get' | 'post' | 'patch' | 'delete'

/** A second way of signing in, as a careless plugin could bring it; it takes every right that a name can claim. */
const machines: CollectionConfig = {
  slug: 'machines',
  lockDocuments: false,
  fields: [],
  auth: {
    disableLocalStrategy: true,
    strategies: [
      {
        name: 'badge',
        authenticate: ({ headers }) => ({
          user: headers.has('x-badge')
            ? ({ id: 1, collection: 'machines', role: 'admin', memberships: claimedMemberships(headers) } as never)
            : null,
        }),
      },
    ],
  },
}
const claimedMemberships = (headers: Headers) => [{ tenant: Number(headers.get('x-badge')), role: 'owner' }]

describe('those who are no users of the platform', () => {
  let server: TestServer
  let ada: TestPerson
  const docs = new Map<string, DocumentId>()
  beforeAll(async () => {
    server = await bootTestServer({}, { extraCollections: [machines], extraProviders: fakeProviders })
    ada = await signUp(server, 'Ada')
    for (const slug of ownCollections()) {
      if (slug === 'users' || slug === 'tenants') docs.set(slug, slug === 'users' ? ada.id : ada.tenant.id)
      else docs.set(slug, await createSample({ payload: server.payload, slug, tenant: ada.tenant.id }))
    }
  })
  afterAll(async () => {
    await server.payload.delete({ collection: 'tenants', id: ada.tenant.id, overrideAccess: true })
    await server.close()
  })

  const ownCollections = () =>
    server.payload.config.collections
      .filter(({ slug, endpoints }) => Boolean(endpoints) && !slug.startsWith('payload-') && slug !== 'machines')
      .map(({ slug }) => slug)
  const ask = (headers: Record<string, string>, method: Method, path: string, body?: object) => {
    const asked = request(server.url)[method](`/api${path}`).set(headers)
    return body ? asked.send(body) : asked
  }

  describe.each([
    ['anonymous', () => ({}) as Record<string, string>],
    ['of a second auth collection', () => ({ 'x-badge': String(ada.tenant.id) })],
  ])('%s', (_name, headers) => {
    it('should be refused at every door of every collection', async () => {
      for (const slug of ownCollections()) {
        const id = docs.get(slug)
        const attempts: [Method, string][] = [
          ['get', `/${slug}`],
          ['get', `/${slug}/count`],
          ['get', `/${slug}/${id}`],
          ['get', `/${slug}/versions`],
          ['post', `/${slug}`],
          ['post', `/${slug}/${id}/duplicate`],
          ['patch', `/${slug}/${id}`],
          ['patch', `/${slug}?where[id][exists]=true`],
          ['delete', `/${slug}/${id}`],
          ['delete', `/${slug}?where[id][exists]=true`],
        ]
        for (const [method, path] of attempts) {
          const { status, text } = await ask(headers(), method, path, method === 'get' ? undefined : { name: 'x' })
          expect([method, path, [400, 401, 403, 404].includes(status)]).toEqual([method, path, true])
          expect(text).not.toContain('"docs":[{')
        }
        await server.payload.findByID({ collection: slug, id: id ?? '', overrideAccess: true })
      }
    })

    it('should be refused by our own endpoints', async () => {
      const own = server.payload.config.endpoints.filter(({ path }) => path !== '/auth/signup' && path !== '/access')
      expect(own.length).toBeGreaterThanOrEqual(4)
      for (const { method, path } of own) {
        if (!['get', 'post', 'patch', 'delete'].includes(method)) continue
        const concrete = path.replace(/:[a-z]+/gi, '1')
        const { status } = await ask(headers(), method as Method, concrete, method === 'get' ? undefined : {})
        expect([method, path, [401, 404].includes(status)]).toEqual([method, path, true])
      }
    })
  })

  it('should have a rule of its own for every operation of every collection', () => {
    for (const slug of ownCollections()) {
      const access = server.payload.collections[slug]?.config.access
      for (const operation of ['create', 'read', 'readVersions', 'update', 'delete', 'unlock'] as const) {
        expect([slug, operation, typeof access?.[operation]]).toEqual([slug, operation, 'function'])
      }
    }
  })

  it('should get an answer from every rule, whoever asks, and never an exception', async () => {
    const users = [
      null,
      { id: 1, collection: 'machines' },
      { id: 1, collection: 'users' },
      { id: 1, collection: 'users', role: 'user', memberships: null },
      {
        id: 1,
        collection: 'users',
        role: 'user',
        memberships: [
          { tenant: null, role: 'owner' },
          { role: 'boss', tenant: 1 },
        ],
      },
    ]
    for (const slug of ownCollections()) {
      const access = server.payload.collections[slug]?.config.access
      for (const user of users) {
        const req = { user: user as TypedUser | null, headers: new Headers(), payload: server.payload, context: {} }
        for (const operation of ['create', 'read', 'readVersions', 'update', 'delete', 'unlock'] as const) {
          const result = await access?.[operation]?.({ req: req as unknown as PayloadRequest })
          if (user?.collection !== 'users') expect([slug, operation, result]).toEqual([slug, operation, false])
        }
      }
    }
  })

  it('should find no list of locks, no store of keys and no jobs', async () => {
    const admin = await addPlatformAdmin(server)
    for (const who of [ada, admin, await addStranger(server)]) {
      for (const path of [
        '/payload-locked-documents',
        '/payload-kv',
        '/payload-jobs',
        '/payload-jobs/run',
        '/payload-migrations',
      ]) {
        const { status, body } = await ask(who.headers, 'get', path)
        expect([path, [403, 404, 501].includes(status), body.docs]).toEqual([path, true, undefined])
      }
    }
    expect(server.payload.config.collections.map(({ slug }) => slug)).not.toContain('payload-locked-documents')
  })

  it('should find GraphQL switched off', async () => {
    const { status } = await ask(ada.headers, 'post', '/graphql', { query: '{ __schema { types { name } } }' })
    expect(status).toBe(404)
  })

  it('should be told a machine’s own doings by nothing but its API key', async () => {
    const forged = { Authorization: 'machines API-Key anything' }
    await ask(forged, 'get', `/agents/${docs.get(AGENTS)}`).expect(403)
  })
})
