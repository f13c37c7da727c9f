import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { USERS } from '../collections/slugs.ts'
import { createSample } from '../testing/create-sample.ts'
import { addPerson } from '../testing/people.ts'
import { resolveForUse } from '../vault/index.ts'
import { bootAttackRig } from './testing/attack-rig.ts'
import type { AttackRig, Headers, Side } from './testing/attack-rig.ts'

/** Many requests each, on a machine that may have much else to do. */
jest.setTimeout(180_000)

let rig: AttackRig
beforeAll(async () => {
  rig = await bootAttackRig({ a: ['hostilellm'], b: ['hostilellm'] })
})
afterAll(() => rig?.close())
beforeEach(() => {
  rig.hostile.requests.length = 0
})

const keyOf = (side: Side) => side.keys.hostilellm ?? ''
/** Whose key the provider got, in order. */
const payers = (...sides: Side[]) =>
  rig.hostile.requests.map((text) => sides.findIndex((side) => text.includes(keyOf(side))))
const validate = (as: Headers, tenant?: string | number) =>
  rig.send({ as, method: 'post', path: '/user-api-keys/validate', body: { provider: 'hostilellm' }, tenant })

describe('check 03: a forged tenant', () => {
  const forms = () => {
    const { slug, id } = rig.a.tenant
    return [
      slug,
      String(id),
      ` ${slug} `,
      slug.toUpperCase(),
      `${slug},${rig.b.tenant.slug}`,
      `${rig.b.tenant.slug}, ${slug}`,
      `${slug}%00`,
      `${id}.0`,
      `0${id}`,
      `+${id}`,
      `${id} or 1=1`,
      `{"$ne":null}`,
      `["${id}"]`,
      '*',
      '%',
      'null',
      'undefined',
      '__proto__',
      `../${slug}`,
      'x'.repeat(5_000),
    ]
  }

  it('check 03: in the header is refused, in every writing, to everybody who is no member', async () => {
    for (const role of ['owner of B', 'machine of B', 'stranger'] as const) {
      for (const form of forms()) {
        const { status, text } = await rig.send({ as: rig.people[role], path: '/user-api-keys', tenant: form })
        expect([role, form.slice(0, 40), status]).toEqual([role, form.slice(0, 40), 404])
        expect(text).not.toContain('hostilellm')
      }
      const { status } = await validate(rig.people[role], rig.a.tenant.slug)
      expect(status).toBe(404)
    }
    expect(rig.hostile.requests).toEqual([])
  })

  it('check 03: in the cookie, the query or the body moves nobody from their own tenant', async () => {
    const { id, slug } = rig.a.tenant
    const as = rig.people['owner of B']
    for (const value of [id, slug, `${id}; payload-tenant=${rig.b.tenant.id}`, `"${id}"`]) {
      const { body } = await validate({ ...as, Cookie: `payload-tenant=${value}` }).expect(200)
      expect(body.check.provider).toBe('hostilellm')
    }
    for (const path of [`/user-api-keys?tenant=${id}`, `/user-api-keys?where[tenant][equals]=${id}&x-tenant=${slug}`]) {
      const { body } = await rig.send({ as, path }).expect(200)
      const { body: own } = await rig.send({ as, path: '/user-api-keys' }).expect(200)
      expect(body.docs).toEqual(own.docs)
    }
    expect(payers(rig.a, rig.b)).toEqual([1, 1, 1, 1])
  })

  it('check 03: an address that claims to be inside, or another host, moves nobody', async () => {
    for (const headers of [
      { 'X-Forwarded-For': '127.0.0.1', 'X-Real-IP': '127.0.0.1' },
      { 'X-Forwarded-Host': `${rig.a.tenant.slug}.example.com`, Forwarded: `host=${rig.a.tenant.slug}` },
      { 'X-Original-URL': '/api/user-api-keys', 'X-Rewrite-URL': '/api/user-api-keys' },
      { 'X-User': String(rig.a.owner.id), 'X-User-Id': String(rig.a.owner.id), 'X-Tenant-Id': String(rig.a.tenant.id) },
      { 'x-middleware-subrequest': 'middleware:middleware:middleware:middleware:middleware' },
    ] as Headers[]) {
      await rig.send({ as: headers, path: '/user-api-keys' }).expect(401)
      const { body } = await rig.send({ as: { ...rig.people['owner of B'], ...headers }, path: '/user-api-keys' })
      expect(body.docs.map(({ provider }: { provider: string }) => provider)).toEqual(['hostilellm'])
    }
    await validate(rig.people['owner of B']).expect(200)
    expect(payers(rig.a, rig.b)).toEqual([1])
  })
})

describe('check 03: a person of two tenants', () => {
  let both: Headers
  let one: Side
  let other: Side
  beforeAll(async () => {
    one = await rig.addSide(['hostilellm'])
    other = await rig.addSide(['hostilellm'])
    const person = await addPerson(rig.server, { tenant: one.tenant, role: 'owner' })
    const memberships = [one, other].map(({ tenant }) => ({ tenant: tenant.id, role: 'owner' }))
    await rig.server.payload.update({ collection: USERS, id: person.id, overrideAccess: true, data: { memberships } })
    both = person.headers
  })

  it('check 03: who names none is asked which, and no key is opened', async () => {
    const { body } = await validate(both).expect(400)
    expect(body.code).toBe('tenant_required')
    expect(rig.hostile.requests).toEqual([])
  })

  it('check 03: the header counts before the cookie, and neither reaches a third tenant', async () => {
    const inPanel = (side: Side) => ({ ...both, Cookie: `payload-tenant=${side.tenant.id}` })
    await validate(inPanel(one)).expect(200)
    await validate(inPanel(one), other.tenant.slug).expect(200)
    await validate(inPanel(rig.a)).expect(400)
    await validate(inPanel(one), rig.a.tenant.slug).expect(404)
    expect(payers(one, other, rig.a)).toEqual([0, 1])
  })

  it('check 03: never resolves one tenant’s key for the other, however the requests mix', async () => {
    const sides = Array.from({ length: 24 }, (_, at) => (at % 2 === 0 ? one : other))
    const answers = await Promise.all(sides.map(({ tenant }) => validate(both, tenant.slug)))
    expect(answers.map(({ status }) => status)).toEqual(sides.map(() => 200))
    const paid = payers(one, other)
    expect([paid.filter((at) => at === 0).length, paid.filter((at) => at === 1).length]).toEqual([12, 12])
    const opened = await Promise.all(
      sides.map(({ tenant }) =>
        resolveForUse({ payload: rig.server.payload, tenant: tenant.id, provider: 'hostilellm', purpose: 'call' }),
      ),
    )
    expect(opened.map(({ credentials }) => credentials.apiKey)).toEqual(sides.map(keyOf))
  })

  it('check 03: who lost a membership, or its role, has lost it in the session that is open', async () => {
    const person = await addPerson(rig.server, { tenant: one.tenant, role: 'owner' })
    const set = (memberships: unknown) =>
      rig.server.payload.update({ collection: USERS, id: person.id, overrideAccess: true, data: { memberships } })
    await validate(person.headers).expect(200)
    await set([{ tenant: one.tenant.id, role: 'editor' }])
    await validate(person.headers).expect(403)
    await set([])
    await validate(person.headers).expect(403)
    await validate(person.headers, one.tenant.slug).expect(404)
    expect(payers(one)).toEqual([0])
  })
})

describe('check 04: machine clients', () => {
  it('check 04: see and change in every collection what their person may, and nothing of another tenant', async () => {
    const { payload } = rig.server
    const slugs = payload.config.collections
      .filter(({ endpoints }) => endpoints)
      .filter(({ flattenedFields }) =>
        flattenedFields.some(({ name, type }) => name === 'tenant' && type === 'relationship'),
      )
      .map(({ slug }) => slug)
    expect(slugs.length).toBeGreaterThanOrEqual(6)
    const as = rig.people['machine of B']
    for (const slug of slugs.filter((name) => name !== 'provider-keys')) {
      const foreign = await createSample({ payload, slug, tenant: rig.a.tenant.id })
      const { body } = await rig.send({ as, path: `/${slug}?limit=0&depth=0` }).expect(200)
      const tenants = new Set(body.docs.map(({ tenant }: { tenant: unknown }) => String(tenant)))
      expect([slug, [...tenants].filter((tenant) => tenant !== String(rig.b.tenant.id))]).toEqual([slug, []])
      for (const method of ['get', 'patch', 'delete'] as const) {
        const { status } = await rig.send({
          as,
          method,
          path: `/${slug}/${foreign}`,
          body: method === 'patch' ? {} : undefined,
        })
        expect([slug, method, status]).toEqual([slug, method, 404])
      }
      const bulk = await rig.send({ as, method: 'delete', path: `/${slug}?where[id][equals]=${foreign}` })
      expect([slug, bulk.body.docs ?? []]).toEqual([slug, []])
      await payload.findByID({ collection: slug, id: foreign, overrideAccess: true })
    }
    for (const path of ['/users?limit=0&depth=0', '/tenants?limit=0']) {
      const { text } = await rig.send({ as, path })
      expect(text).not.toContain(rig.a.owner.email)
      expect(text).not.toContain(rig.a.tenant.slug)
    }
  })

  it('check 04: are nobody with a key that is wrong, switched off, of another form or in another place', async () => {
    const person = await addPerson(rig.server, { tenant: rig.b.tenant, role: 'owner' })
    const apiKey = `${randomUUID()}-${randomUUID()}`
    const set = (data: Record<string, unknown>) =>
      rig.server.payload.update({ collection: USERS, id: person.id, overrideAccess: true, data })
    const ask = (headers: Headers, path = '/user-api-keys') => rig.send({ as: headers, path })
    await set({ enableAPIKey: true, apiKey })
    await ask({ Authorization: `users API-Key ${apiKey}` }).expect(200)
    for (const headers of [
      { Authorization: `users API-Key ${apiKey.slice(0, -1)}` },
      { Authorization: `users API-Key ${apiKey.toUpperCase()}x` },
      { Authorization: 'users API-Key null' },
      { Authorization: 'users API-Key undefined' },
      { Authorization: 'users API-Key ' },
      { Authorization: `tenants API-Key ${apiKey}` },
      { Authorization: `Bearer ${apiKey}` },
      { Authorization: `Basic ${Buffer.from(`users:${apiKey}`).toString('base64')}` },
      { 'X-API-Key': apiKey },
      { Cookie: `payload-token=${apiKey}` },
    ] as Headers[]) {
      await ask(headers).expect(401)
    }
    await ask({}, `/user-api-keys?apiKey=${apiKey}&Authorization=users%20API-Key%20${apiKey}`).expect(401)
    await set({ enableAPIKey: false })
    await ask({ Authorization: `users API-Key ${apiKey}` }).expect(401)
  })
})
