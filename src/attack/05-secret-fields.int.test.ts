import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { createSample } from '../testing/create-sample.ts'
import { bootAttackRig } from './testing/attack-rig.ts'
import type { AttackRig, Headers } from './testing/attack-rig.ts'

/** Many requests each, on a machine that may have much else to do. */
jest.setTimeout(180_000)

let rig: AttackRig
beforeAll(async () => {
  rig = await bootAttackRig({ a: ['hostilellm', 'hostilestt'], b: ['hostilellm'] })
  for (const { slug } of lists()) {
    if (slug === 'provider-keys') continue
    for (const { tenant } of [rig.a, rig.b]) {
      await createSample({ payload: rig.server.payload, slug, tenant: tenant.id })
    }
  }
})
afterAll(() => rig?.close())

/** Collections of tenants that have routes. */
const lists = () =>
  rig.server.payload.config.collections.filter(
    ({ endpoints, flattenedFields }) =>
      endpoints && flattenedFields.some(({ name, type }) => name === 'tenant' && type === 'relationship'),
  )

/** Names under which a secret, or what leads to it, lies or could lie. */
const KEY_FIELDS = [
  'envelope',
  'ciphertext',
  'apiKey',
  'credentials',
  'fingerprint',
  'secret',
  'wrapped',
  'keyId',
  'dataKey',
]
const PERSON_FIELDS = [
  'hash',
  'salt',
  'apiKeyIndex',
  'resetPasswordToken',
  'resetPasswordExpiration',
  'sessions.id',
  'password',
]
const OPERATORS = [
  'equals',
  'not_equals',
  'like',
  'not_like',
  'contains',
  'in',
  'not_in',
  'exists',
  'greater_than',
  'less_than',
  'all',
]

const as = (): Headers => rig.people['owner of A']
const ask = (path: string, headers = as()) => rig.send({ as: headers, path })

describe('check 05: filters on secret fields', () => {
  it('check 05: every operator on every name is refused in lists and counts of every collection', async () => {
    for (const { slug } of lists()) {
      for (const field of KEY_FIELDS) {
        const operators = slug === 'provider-keys' ? OPERATORS : ['like', 'exists']
        for (const operator of operators) {
          for (const path of [`/${slug}`, `/${slug}/count`]) {
            const { status, text } = await ask(`${path}?where[${field}][${operator}]=true`)
            expect([path, field, operator, status]).toEqual([path, field, operator, 400])
            expect(text).not.toContain('"docs":[{')
          }
        }
      }
    }
  })

  it('check 05: nor do nesting, relationships, versions and other verbs lead there', async () => {
    for (const { slug, flattenedFields, versions } of lists()) {
      const relations = flattenedFields.flatMap((field) => ('relationTo' in field ? [field.name] : []))
      const paths = ['envelope', ...relations.flatMap((name) => [`${name}.envelope`, `${name}.hash`, `${name}.apiKey`])]
      for (const path of paths) {
        for (const query of [`where[or][0][and][0][${path}][like]=a`, `where[and][0][or][0][${path}][exists]=true`]) {
          const { status } = await ask(`/${slug}?${query}`)
          expect([slug, query, status]).toEqual([slug, query, 400])
          const changed = await rig.send({ as: as(), method: 'patch', path: `/${slug}?${query}`, body: {} })
          expect([slug, query, changed.status >= 400]).toEqual([slug, query, true])
          const deleted = await rig.send({ as: as(), method: 'delete', path: `/${slug}?${query}` })
          expect([slug, query, deleted.status >= 400]).toEqual([slug, query, true])
        }
        if (!versions) continue
        const { status } = await ask(`/${slug}/versions?where[version.${path}][like]=a`)
        expect([slug, path, status]).toEqual([slug, path, 400])
      }
    }
  })

  it('check 05: nobody spells out what signs a person in, of themselves or of others', async () => {
    for (const [headers, foreign] of [
      [as(), rig.b.owner.email],
      [rig.people['machine of B'], rig.a.owner.email],
    ] as const) {
      for (const field of PERSON_FIELDS) {
        for (const query of [
          `where[${field}][like]=a`,
          `where[${field}][exists]=true`,
          `where[or][0][${field}][exists]=true`,
        ]) {
          const { status, body } = await ask(`/users?${query}`, headers)
          expect([field, query, status, body.docs ?? []]).toEqual([field, query, 400, []])
        }
      }
      for (const field of ['apiKey', 'enableAPIKey', 'hasAPIKey', 'email', 'role']) {
        const { body } = await ask(`/users?where[${field}][exists]=true&depth=0`, headers)
        expect(JSON.stringify(body)).not.toContain(foreign)
      }
    }
  })
})

describe('check 05: sorting, selecting, populating', () => {
  const idsBy = async (slug: string, query: string) => {
    const { status, body } = await ask(`/${slug}?limit=0&depth=0&${query}`)
    return status === 400 ? 'refused' : JSON.stringify(body.docs.map(({ id }: { id: unknown }) => id))
  }

  it('check 05: the order of a list tells nothing of a secret', async () => {
    for (const { slug } of lists()) {
      for (const field of [...KEY_FIELDS, 'tenant.envelope', 'agent.envelope']) {
        const [up, down] = [await idsBy(slug, `sort=${field}`), await idsBy(slug, `sort=-${field}`)]
        expect([slug, field, up]).toEqual([slug, field, down])
      }
    }
    for (const field of PERSON_FIELDS) {
      const [up, down] = [await idsBy('users', `sort=${field}`), await idsBy('users', `sort=-${field}`)]
      expect([field, up]).toEqual([field, down])
    }
  })

  it('check 05: no document shows a secret field, however it is asked for', async () => {
    const shows = [...KEY_FIELDS, ...PERSON_FIELDS]
    const queries = [
      'depth=10',
      shows.map((field) => `select[${field}]=true`).join('&'),
      `${shows.map((field) => `populate[users][${field}]=true&populate[provider-keys][${field}]=true`).join('&')}&depth=3`,
      'showHiddenFields=true&depth=3&overrideAccess=true',
      'draft=true&trash=true&locale=all&fallback-locale=none',
      'joins[secrets][limit]=10&joins[vault-secrets]=true',
      'pagination=false&page=-1&limit=100000',
    ]
    for (const slug of [...lists().map((list) => list.slug), 'users', 'tenants']) {
      for (const query of queries) {
        const { text } = await ask(`/${slug}?${query}`)
        // A password that somebody may set is no field of what they read.
        expect([
          slug,
          query,
          text
            .match(/"(envelope|ciphertext|wrapped|hash|salt|resetPasswordToken|apiKeyIndex)":/g)
            ?.filter((name) => slug !== 'audit-log' || name !== '"hash":') ?? [],
        ]).toEqual([slug, query, []])
        expect(text).not.toMatch(/pbk?1\./)
        expect(rig.scan(text)).toEqual([])
      }
    }
  })

  it('check 05: a filter, a sort and a page of our own endpoints change nothing', async () => {
    const { body: plain } = await ask('/user-api-keys').expect(200)
    for (const query of [
      'where[provider][equals]=x',
      'sort=-envelope',
      'select[envelope]=true',
      'limit=1&page=2',
      'depth=5',
    ]) {
      const { body } = await ask(`/user-api-keys?${query}`).expect(200)
      expect(body).toEqual(plain)
    }
  })
})
