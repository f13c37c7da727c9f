import { createHmac, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { USERS } from '../collections/slugs.ts'
import { addPerson, TEST_PASSWORD } from '../testing/people.ts'
import { bootAttackRig } from './testing/attack-rig.ts'
import type { AttackRig, Headers } from './testing/attack-rig.ts'
import { wholeAnswer } from './testing/responses.ts'

let rig: AttackRig
beforeAll(async () => {
  rig = await bootAttackRig({ a: ['hostilellm'], b: ['hostilellm'] })
})
afterAll(() => rig?.close())

const keys = (as: Headers) => rig.send({ as, path: '/user-api-keys' })
const tokenOf = ({ Authorization = '' }: Headers) => Authorization.replace(/^JWT /, '')
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const claimsOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'))
const sign = (header: object, claims: object, secret: string | Buffer) => {
  const text = `${encode(header)}.${encode(claims)}`
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
}

describe('beyond: a forged session', () => {
  it('beyond: no token is taken that the server did not sign: none, another key, another claim, another time', async () => {
    const token = tokenOf(rig.people['owner of A'])
    await keys({ Authorization: `JWT ${token}` }).expect(200)
    const claims = claimsOf(token)
    const header = { alg: 'HS256', typ: 'JWT' }
    const [, body = '', signature = ''] = token.split('.')
    const { payloadSecret } = rig.server.environment
    const forgeries = [
      `${encode({ alg: 'none', typ: 'JWT' })}.${body}.`,
      `${encode({ alg: 'None' })}.${body}.${signature}`,
      `${encode({ alg: 'nOnE' })}.${body}`,
      `${encode({ alg: 'RS256' })}.${body}.${signature}`,
      `${encode({ ...header, kid: '../../../dev/null' })}.${body}.${createHmac('sha256', '').update(body).digest('base64url')}`,
      `${encode({ ...header, jwk: { kty: 'oct', k: Buffer.from('x').toString('base64url') } })}.${body}.${signature}`,
      sign(header, claims, randomBytes(32)),
      sign(header, claims, ''),
      sign(header, claims, payloadSecret.slice(0, 8)),
      `${token.slice(0, -2)}xx`,
      `${encode(header)}.${encode({ ...claims, id: rig.b.owner.id })}.${signature}`,
      token.split('.').slice(0, 2).join('.'),
      'null',
      '',
    ]
    for (const forged of forgeries) {
      const ways: Headers[] = [
        { Authorization: `JWT ${forged}` },
        { Authorization: `Bearer ${forged}` },
        { Cookie: `payload-token=${forged}` },
      ]
      for (const as of ways) {
        const { status, text } = await keys(as)
        expect([forged.slice(0, 30), status]).toEqual([forged.slice(0, 30), 401])
        expect(text).not.toContain('hostilellm')
      }
    }
  })

  it('beyond: even a token with a good signature needs a session that is open', async () => {
    const { payload } = rig.server
    const claims = claimsOf(tokenOf(rig.people['owner of A']))
    // Payload signs with a digest of the secret: who has it has everything; this shows that claims alone are not enough.
    const [head = ''] = tokenOf(rig.people['owner of A']).split('.')
    const header = JSON.parse(Buffer.from(head, 'base64url').toString('utf8'))
    await keys({ Authorization: `JWT ${sign(header, claims, payload.secret)}` }).expect(200)
    const now = Math.floor(Date.now() / 1000)
    for (const changed of [
      { ...claims, exp: now - 60, iat: now - 7_200 },
      { ...claims, sid: 'another-session' },
      { ...claims, sid: undefined },
      { ...claims, collection: 'tenants' },
      { ...claims, collection: 'payload-kv' },
      { ...claims, id: { $ne: null } },
    ]) {
      const { status } = await keys({ Authorization: `JWT ${sign(header, changed, payload.secret)}` })
      expect([JSON.stringify(changed).slice(0, 80), status]).toEqual([JSON.stringify(changed).slice(0, 80), 401])
    }
    // Rights come from the database, whatever a token claims.
    const boasting = {
      ...claimsOf(tokenOf(rig.people['viewer of A'])),
      role: 'admin',
      memberships: [{ tenant: rig.a.tenant.id, role: 'owner' }],
    }
    await keys({ Authorization: `JWT ${sign(header, boasting, payload.secret)}` }).expect(403)
  })
})

describe('beyond: a session that should have ended', () => {
  const login = async (email: string, password = TEST_PASSWORD): Promise<Headers> => {
    const { body } = await rig.send({ method: 'post', path: '/users/login', body: { email, password } }).expect(200)
    return { Authorization: `JWT ${body.token}` }
  }

  it('beyond: ends with sign-out, and a stolen copy with it', async () => {
    const person = await addPerson(rig.server, { tenant: rig.a.tenant, role: 'owner' })
    const session = await login(person.email)
    await keys(session).expect(200)
    await rig.send({ as: session, method: 'post', path: '/users/logout' }).expect(200)
    await keys(session).expect(401)
    await keys(person.headers).expect(200)
  })

  it('beyond: ends with a change of the password, at every other place', async () => {
    const person = await addPerson(rig.server, { tenant: rig.a.tenant, role: 'owner' })
    const [here, thief] = [await login(person.email), await login(person.email)]
    await rig
      .send({
        as: here,
        method: 'patch',
        path: `/users/${person.id}`,
        body: { password: 'another correct horse battery' },
      })
      .expect(200)
    await keys(thief).expect(401)
    await login(person.email, 'another correct horse battery')
  })

  it('beyond: ends with the account', async () => {
    const person = await addPerson(rig.server, { tenant: rig.a.tenant, role: 'owner' })
    await keys(person.headers).expect(200)
    await rig.server.payload.delete({ collection: USERS, id: person.id, overrideAccess: true })
    await keys(person.headers).expect(401)
  })

  it('beyond: gives no platform rights any more to whom they were taken from', async () => {
    const admin = await addPerson(rig.server, { tenant: rig.b.tenant, role: 'viewer' })
    const set = (role: string) =>
      rig.server.payload.update({ collection: USERS, id: admin.id, overrideAccess: true, data: { role } })
    await set('admin')
    await rig.send({ as: admin.headers, path: '/user-api-keys', tenant: rig.a.tenant.slug }).expect(200)
    await set('user')
    await rig.send({ as: admin.headers, path: '/user-api-keys', tenant: rig.a.tenant.slug }).expect(404)
  })
})

describe('beyond: what signing in gives away', () => {
  it('beyond: whether an account exists is told by no answer, nor is a reset token', async () => {
    const known = rig.a.owner.email
    const unknown = 'nobody-at-all@example.com'
    const ask = (path: string, body: object) => rig.send({ method: 'post', path, body })
    const [one, other] = [
      await ask('/users/login', { email: known, password: 'wrong' }),
      await ask('/users/login', { email: unknown, password: 'wrong' }),
    ]
    expect([one.status, one.body]).toEqual([other.status, other.body])
    const [first, second] = [
      await ask('/users/forgot-password', { email: known }),
      await ask('/users/forgot-password', { email: unknown }),
    ]
    expect([first.status, first.body]).toEqual([second.status, second.body])
    expect(first.text).not.toMatch(/token/i)
    for (const token of ['', 'null', { $ne: null }, { $gt: '' }, ['a']]) {
      const reset = await ask('/users/reset-password', { token, password: 'another correct horse battery' })
      expect([JSON.stringify(token), reset.status >= 400, reset.body.token]).toEqual([
        JSON.stringify(token),
        true,
        undefined,
      ])
    }
    for (const email of [{ $ne: null }, { $gt: '' }, ['a'], null]) {
      const { status, text } = await ask('/users/login', { email, password: TEST_PASSWORD })
      expect([JSON.stringify(email), status >= 400]).toEqual([JSON.stringify(email), true])
      expect(text).not.toContain('"token"')
    }
  })

  it('beyond: preferences, and what else Payload keeps per person, are one’s own', async () => {
    const put = (as: Headers, value: object) =>
      rig.send({ as, method: 'post', path: '/payload-preferences/api-keys-page', body: { value } })
    await put(rig.people['owner of A'], { note: 'of A alone' }).expect(200)
    for (const role of ['owner of B', 'stranger', 'platform admin', 'anonymous'] as const) {
      const as = rig.people[role]
      for (const path of [
        '/payload-preferences/api-keys-page',
        '/payload-preferences',
        '/payload-preferences?where[key][exists]=true',
      ]) {
        const answer = await rig.send({ as, path })
        expect([role, path, wholeAnswer(answer).includes('of A alone')]).toEqual([role, path, false])
      }
      await rig.send({ as, method: 'delete', path: '/payload-preferences/api-keys-page' })
    }
    const { body } = await rig.send({ as: rig.people['owner of A'], path: '/payload-preferences/api-keys-page' })
    expect(body.value).toEqual({ note: 'of A alone' })
  })
})
