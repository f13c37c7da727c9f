import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import request from 'supertest'
import { bootAttackRig, ROLES } from './testing/attack-rig.ts'
import type { AttackRig } from './testing/attack-rig.ts'
import { wholeAnswer } from './testing/responses.ts'

/** Many requests each, on a machine that may have much else to do. */
jest.setTimeout(180_000)

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')

let rig: AttackRig
beforeAll(async () => {
  rig = await bootAttackRig({ a: ['hostilellm', 'openai', 'deepgram'], b: ['hostilellm'] })
})
afterAll(() => rig?.close())

/** Every address that answers to GET: our own endpoints and those of every collection. */
const readable = (): string[] => {
  const { endpoints, collections, globals } = rig.server.payload.config
  const own = endpoints.filter(({ method }) => method === 'get').map((endpoint) => endpoint.path)
  const ofCollections = collections.flatMap(({ slug, endpoints: more }) =>
    more
      ? [
          '',
          '/count',
          '/versions',
          '/1',
          ...more.filter(({ method }) => method === 'get').map((endpoint) => endpoint.path),
        ].map((rest) => `/${slug}${rest}`)
      : [`/${slug}`],
  )
  const formats = ['csv', 'jsonl', 'json'].map((format) => `/audit-log/export?format=${format}`)
  return (
    [...own, ...ofCollections, ...globals.map(({ slug }) => `/globals/${slug}`), ...formats]
      .map((address) => address.replace(':provider', 'hostilellm').replaceAll(/:[a-z]+\??/gi, '1'))
      // What keeps no versions has none to show.
      .filter((address) => !/^\/[^/]+\/versions/.test(address) || address.startsWith('/agents/'))
      // A stream that goes on for as long as a call does.
      .filter((address) => !address.endsWith('/events'))
  )
}

const DEBUG = [
  '/openapi.json',
  '/api/openapi.json',
  '/api/docs',
  '/api/debug',
  '/debug/pprof',
  '/api/env',
  '/api/config',
  '/metrics',
  '/healthz',
  '/readyz',
  '/api/access',
  '/api/payload-preferences/x',
  '/.env',
  '/.env.local',
  '/data/secrets.json',
  '/data/patchbay.db',
  '/api/../data/secrets.json',
  '/media/../data/secrets.json',
  '/api/media/file/..%2f..%2fdata%2fsecrets.json',
  '/api/media/file/%2e%2e%2f%2e%2e%2fpackage.json',
]

describe('check 19: whatever can be read', () => {
  it('check 19: by anybody, shows neither a secret nor a ciphertext nor a fingerprint', async () => {
    const addresses = readable()
    expect(addresses.length).toBeGreaterThan(30)
    for (const role of ROLES) {
      const as = rig.people[role]
      for (const address of addresses) {
        const isOfOneTenant = role !== 'member of both' && role !== 'platform admin'
        for (const tenant of isOfOneTenant ? [undefined] : [rig.a.tenant.slug]) {
          const answer = await rig.send({ as, path: address, tenant })
          const whole = wholeAnswer(answer)
          expect([role, address, rig.scan(whole)]).toEqual([role, address, []])
          expect([
            role,
            address,
            /pbk?1\.[0-9a-f:/_-]+\.|"(envelope|wrapped|ciphertext|fingerprint)":/i.test(whole),
          ]).toEqual([role, address, false])
        }
      }
    }
  })

  it('check 19: no debug, export or file address beside them tells anything', async () => {
    const { encryptionKey, payloadSecret } = rig.server.environment
    for (const as of [{}, rig.people['owner of A'], rig.people['platform admin']]) {
      for (const address of DEBUG) {
        const { text = '' } = await request(rig.server.url).get(address).set(as)
        expect([address, rig.scan(text)]).toEqual([address, []])
        for (const secret of [encryptionKey.toString('base64'), encryptionKey.toString('hex'), payloadSecret]) {
          expect(text).not.toContain(secret)
        }
        expect(text).not.toMatch(/pbk?1\.|SQLite format|"devDependencies"/)
      }
    }
  })

  it('check 19: the schema of a provider says which fields are secret and holds no value', async () => {
    const { body } = await rig.send({ as: rig.people['owner of A'], path: '/providers' }).expect(200)
    const text = JSON.stringify(body)
    expect(rig.scan(text)).toEqual([])
    for (const { id, credentialSchema } of body.docs as { id: string; credentialSchema: { properties: object } }[]) {
      expect([id, Object.keys(credentialSchema.properties).length > 0]).toEqual([id, true])
      expect(JSON.stringify(credentialSchema)).not.toMatch(/"(default|examples?|const)":/)
    }
  })

  it('check 19: the files that ship hold no key that somebody could take over', () => {
    const texts = [
      'README.md',
      '.env.example',
      'docker-compose.yml',
      'Dockerfile',
      ...readdirSync(path.join(root, 'docs'))
        .filter((name) => name.endsWith('.md'))
        .map((name) => `docs/${name}`),
    ].map((name) => [name, readFileSync(path.join(root, name), 'utf8')] as const)
    for (const [name, text] of texts) {
      const found =
        text.match(
          /\bsk-[\w-]{20,}|\bKEY[0-9A-Za-z]{40,}|\bAIza[\w-]{30,}|ENCRYPTION_KEY=['"]?[\w+/=-]{40,}|PAYLOAD_SECRET=['"]?[\w+/=-]{24,}/g,
        ) ?? []
      expect([name, found]).toEqual([name, []])
    }
  })
})

describe('check 20: what a browser is given', () => {
  const asA = (method: 'get' | 'post' | 'put' | 'delete', address: string, body?: unknown) =>
    rig.send({ as: rig.people['owner of A'], method, path: address, body })

  it('check 20: no cache keeps any answer that tells of keys, good or bad', async () => {
    const answers = [
      await asA('get', '/user-api-keys'),
      await asA('get', '/provider-keys'),
      await asA('get', '/users/me'),
      await asA('get', '/audit-log'),
      await asA('get', '/services'),
      await asA('get', '/providers'),
      await asA('get', '/ai-config'),
      await asA('post', '/user-api-keys/validate', { provider: 'hostilellm' }),
      await asA('post', '/user-api-keys/store', { provider: 'hostilellm', apiKey: 'attack-0123456789abcdef' }),
      await asA('post', '/user-api-keys/store', { provider: 'nobody' }),
      await asA('put', '/user-api-keys/nobody', {}),
      await rig.send({ path: '/user-api-keys' }),
      await rig.send({ path: '/no-such-thing' }),
    ]
    for (const { status, headers, request: asked } of answers) {
      expect([asked.url, status, headers['cache-control']]).toEqual([asked.url, status, 'no-store'])
      expect(headers['x-content-type-options']).toBe('nosniff')
      expect(headers['x-frame-options'] ?? headers['content-security-policy']).toBeDefined()
      expect(headers['x-powered-by']).toBeUndefined()
      expect(headers.etag).toBeUndefined()
    }
  })

  it('check 20: nothing reveals a key again: not who stored it, not at once, not by any verb or parameter', async () => {
    const { owner } = await rig.addSide(['hostilestt'])
    for (const rest of [
      '',
      '?reveal=true',
      '?showHiddenFields=true&depth=5',
      '?select[apiKey]=true&select[credentials]=true',
      '/hostilestt',
      '/hostilestt/reveal',
      '/hostilestt/secret',
      '/hostilestt/export',
      '/hostilestt/plain',
      '/hostilestt?unmask=1',
    ]) {
      for (const method of ['get', 'post', 'put', 'patch', 'options', 'head'] as const) {
        const answer = await rig.send({
          as: owner.headers,
          method,
          path: `/user-api-keys${rest}`,
          body: method === 'get' || method === 'head' ? undefined : {},
        })
        expect([method, rest, rig.scan(wholeAnswer(answer))]).toEqual([method, rest, []])
      }
    }
    const { body } = await rig.send({ as: owner.headers, path: '/user-api-keys' }).expect(200)
    expect(body.docs[0].masked).toMatch(/^.{1,10}…$/)
  })

  it('check 20: another origin may neither read nor, with the visitor’s cookie, change anything', async () => {
    const login = await rig.send({
      method: 'post',
      path: '/users/login',
      body: { email: rig.a.owner.email, password: rig.a.owner.password },
    })
    const cookie = String(login.headers['set-cookie']).split(';')[0] ?? ''
    expect(cookie).toMatch(/^payload-token=/)
    expect(String(login.headers['set-cookie'])).toMatch(/HttpOnly/i)
    expect(String(login.headers['set-cookie'])).toMatch(/SameSite=(Lax|Strict)/i)
    await rig.send({ as: { Cookie: cookie, 'Sec-Fetch-Site': 'same-origin' }, path: '/user-api-keys' }).expect(200)
    const before = await rig.send({ as: rig.people['owner of A'], path: '/user-api-keys' })
    for (const origin of [
      'https://evil.example',
      'null',
      `${rig.server.url}.evil.example`,
      rig.server.url.replace('http', 'https'),
      'http://127.0.0.1:1',
    ]) {
      const forged = { Cookie: cookie, Origin: origin, 'Sec-Fetch-Site': 'cross-site' }
      for (const [method, address, body] of [
        ['get', '/user-api-keys', undefined],
        ['post', '/user-api-keys/validate', { provider: 'hostilellm' }],
        ['put', '/user-api-keys/hostilellm', { apiKey: 'attack-0123456789abcdef' }],
        ['delete', '/user-api-keys/hostilellm?confirm=true', undefined],
        ['patch', `/users/${rig.a.owner.id}`, { name: 'Mine' }],
      ] as const) {
        const answer = await rig.send({ as: forged, method, path: address, body })
        expect([origin, method, address, [401, 403, 404].includes(answer.status)]).toEqual([
          origin,
          method,
          address,
          true,
        ])
        expect(answer.headers['access-control-allow-origin']).not.toBe(origin)
        expect(answer.headers['access-control-allow-origin']).not.toBe('*')
      }
      const asked = await rig.send({
        as: { Origin: origin, 'Access-Control-Request-Method': 'DELETE' },
        method: 'options',
        path: '/user-api-keys/hostilellm',
      })
      expect(asked.headers['access-control-allow-origin']).not.toBe(origin)
      expect(asked.headers['access-control-allow-origin']).not.toBe('*')
    }
    // As a form of another site sends it, which asks nobody for leave: no JSON, but the cookie.
    for (const [site, origin] of [
      ['cross-site', undefined],
      ['same-site', 'http://127.0.0.1:1'],
      ['same-site', 'null'],
    ] as const) {
      const forged = { Cookie: cookie, 'Sec-Fetch-Site': site, ...(origin ? { Origin: origin } : {}) }
      const answer = await rig
        .send({ as: forged, method: 'post', path: '/user-api-keys/validate' })
        .set('Content-Type', 'text/plain')
        .send('{"provider":"hostilellm"}')
      expect([site, origin, answer.status]).toEqual([site, origin, 401])
    }
    const after = await rig.send({ as: rig.people['owner of A'], path: '/user-api-keys' })
    expect(after.body).toEqual(before.body)
  })
})
