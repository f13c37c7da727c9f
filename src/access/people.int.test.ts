import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import request from 'supertest'
import { USERS } from '../collections/slugs.ts'
import { bootTestServer } from '../testing/boot.ts'
import type { TestServer } from '../testing/boot.ts'
import { TEST_PASSWORD, addPerson, addPlatformAdmin, addStranger, signUp } from '../testing/people.ts'
import type { TestPerson } from '../testing/people.ts'

type Caller = { headers: Record<string, string> }
type Method = 'get' | 'post' | 'patch' | 'delete'

describe('people', () => {
  let server: TestServer
  let ada: TestPerson
  let eve: TestPerson
  let editor: TestPerson
  let admin: Omit<TestPerson, 'tenant'>
  beforeAll(async () => {
    server = await bootTestServer()
    ada = await signUp(server, 'Ada')
    eve = await signUp(server, 'Eve')
    editor = await addPerson(server, { tenant: ada.tenant, role: 'editor' })
    admin = await addPlatformAdmin(server)
  })
  afterAll(() => server.close())

  const ask = (who: Caller, method: Method, path: string, body?: object) => {
    const asked = request(server.url)[method](`/api${path}`).set(who.headers)
    return body ? asked.send(body) : asked
  }
  const stored = (id: TestPerson['id']) =>
    server.payload.findByID({ collection: USERS, id, overrideAccess: true, depth: 0 })
  const NOBODY: Caller = { headers: {} }
  const newUser = { email: 'made@example.com', password: TEST_PASSWORD }

  it('should be made by platform admins alone', async () => {
    for (const who of [NOBODY, ada, editor]) await ask(who, 'post', '/users', newUser).expect(403)
    const { body } = await ask(admin, 'post', '/users', newUser).expect(201)
    expect(body.doc).toMatchObject({ email: newUser.email, role: 'user' })
    await ask(ada, 'delete', `/users/${body.doc.id}`).expect(404)
    await ask(admin, 'delete', `/users/${body.doc.id}`).expect(200)
  })

  it('should not give themselves a platform role or a membership', async () => {
    const memberships = [{ tenant: eve.tenant.id, role: 'owner' }]
    for (const who of [ada, editor]) {
      const before = await stored(who.id)
      const { body } = await ask(who, 'patch', `/users/${who.id}`, { name: 'New name', role: 'admin', memberships })
      expect(body.doc.name).toBe('New name')
      const after = await stored(who.id)
      expect(after).toMatchObject({ role: 'user', memberships: before.memberships, name: 'New name' })
      const own = [{ ...(before.memberships as object[])[0], role: 'owner' }]
      await ask(who, 'patch', `/users?where[id][equals]=${who.id}`, { role: 'admin', memberships: own })
      expect(await stored(who.id)).toMatchObject({ role: 'user', memberships: before.memberships })
    }
    await ask(eve, 'get', '/agents', undefined).expect(200)
  })

  it('should not touch one another, owners included', async () => {
    const change = { name: 'Hacked', password: 'another password' }
    for (const who of [ada, editor]) {
      await ask(who, 'patch', `/users/${eve.id}`, change).expect(404)
      await ask(who, 'delete', `/users/${eve.id}`).expect(404)
    }
    await ask(ada, 'patch', `/users/${editor.id}`, change).expect(403)
    await ask(ada, 'delete', `/users/${editor.id}`).expect(403)
    await ask(editor, 'patch', `/users/${ada.id}`, change).expect(404)
    expect((await stored(editor.id)).name).not.toBe('Hacked')
  })

  it('should see themselves whole, their members by name and address, and nobody else', async () => {
    const own = await ask(editor, 'get', '/users?depth=3&limit=0').expect(200)
    expect(own.body.docs.map(({ id }: TestPerson) => id)).toEqual([editor.id])
    expect(own.body.docs[0].memberships[0].role).toBe('editor')

    const { body } = await ask(ada, 'get', '/users?depth=3&limit=0&sort=id').expect(200)
    expect(body.docs.map(({ id }: TestPerson) => id)).toEqual([ada.id, editor.id])
    const member = body.docs[1]
    expect(member.email).toBe(editor.email)
    for (const field of ['memberships', 'role', 'sessions', 'apiKey', 'enableAPIKey', 'hasAPIKey', 'hash', 'salt']) {
      expect([field, member[field] ?? []]).toEqual([field, []])
    }
    await ask(ada, 'get', `/users/${eve.id}`).expect(404)
    const populated = await ask(ada, 'get', `/users/${editor.id}?select[memberships]=true&select[role]=true`).expect(
      200,
    )
    expect(populated.body).toEqual({ id: editor.id, collection: USERS, memberships: [] })
  })

  it('should show nobody a password hash, a session or an API key, themselves included', async () => {
    const apiKey = 'bd4b8a7e-6f3e-4e0b-8b43-2f2c1f8a9f10'
    await ask(ada, 'patch', `/users/${ada.id}`, { enableAPIKey: true, apiKey }).expect(200)
    for (const who of [ada, editor, admin]) {
      for (const path of ['/users/me', `/users/${ada.id}`, '/users?limit=0&depth=3', '/users?showHiddenFields=true']) {
        const { text } = await ask(who, 'get', path)
        expect(text).not.toContain(apiKey)
        expect(text).not.toMatch(/"(hash|salt|apiKey|apiKeyIndex|resetPasswordToken|lockUntil)":|"sessions":\[[^\]]/)
      }
    }
    await ask(ada, 'post', `/users/${ada.id}/api-key/reveal`).expect(404)
  })

  it.each(['1', 'eves-key', 'a'.repeat(40)])(
    'should not let the API key %s be chosen, which can be guessed',
    async (apiKey) => {
      await ask(eve, 'patch', `/users/${eve.id}`, { enableAPIKey: true, apiKey }).expect(400)
      const { body } = await ask({ headers: { Authorization: `users API-Key ${apiKey}` } }, 'get', '/users/me')
      expect(body.user).toBeNull()
    },
  )

  it('should let nobody set an API key for somebody else', async () => {
    const apiKey = '2bb0cc48-93ab-4b35-9ac9-3b9e9ee5c1b3'
    await ask(admin, 'patch', `/users/${eve.id}`, { enableAPIKey: true, apiKey, name: 'Eve' }).expect(200)
    const { body } = await ask({ headers: { Authorization: `users API-Key ${apiKey}` } }, 'get', '/users/me')
    expect(body.user).toBeNull()
  })

  it.each([
    'memberships.tenant',
    'memberships.role',
    'role',
    'hash',
    'salt',
    'apiKeyIndex',
    'sessions.id',
    'resetPasswordToken',
  ])('should not be filtered or sorted by %s by those who cannot read it', async (field) => {
    const value = field === 'memberships.tenant' ? eve.tenant.id : 'owner'
    for (const operator of ['equals', 'not_equals', 'exists', 'in']) {
      const { status } = await ask(ada, 'get', `/users?where[${field}][${operator}]=${value}`)
      expect([operator, status]).toEqual([operator, 400])
      const nested = await ask(ada, 'get', `/users?where[or][0][and][0][${field}][${operator}]=${value}`)
      expect([operator, nested.status]).toEqual([operator, 400])
    }
    for (const sort of [field, `-${field}`]) await ask(ada, 'get', `/users?sort=${sort}`).expect(400)
  })

  it('should be locked out after ten wrong passwords, and unlocked by a platform admin alone', async () => {
    const victim = await signUp(server, 'Victim')
    const signIn = (password: string) =>
      request(server.url).post('/api/users/login').send({ email: victim.email, password })
    for (let attempt = 0; attempt < 10; attempt += 1) await signIn('wrong password').expect(401)
    await signIn(victim.password).expect(401)
    for (const who of [NOBODY, eve, victim])
      await ask(who, 'post', '/users/unlock', { email: victim.email }).expect(403)
    await ask(admin, 'post', '/users/unlock', { email: victim.email }).expect(200)
    await signIn(victim.password).expect(200)
  })

  it('should be held to the rule for passwords wherever they set one', async () => {
    for (const password of ['short', 'zzzzzzzzzzzz', 'x1'.repeat(200)]) {
      await ask(ada, 'patch', `/users/${ada.id}`, { password }).expect(400)
      await ask(admin, 'post', '/users', { email: 'weak@example.com', password }).expect(400)
    }
  })

  it('should enter the admin panel as members or platform admins', async () => {
    const canEnter = async (who: Caller) => (await ask(who, 'get', '/access')).body.canAccessAdmin === true
    expect(await Promise.all([ada, editor, admin, await addStranger(server), NOBODY].map(canEnter))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ])
  })

  it('should leave the platform an admin', async () => {
    const { body } = await ask(admin, 'patch', `/users/${admin.id}`, { role: 'user' }).expect(409)
    expect(body.errors[0].message).toMatch(/last platform admin/)
    await ask(admin, 'delete', `/users/${admin.id}`).expect(409)
    const second = await addPlatformAdmin(server)
    await ask(second, 'delete', `/users/${second.id}`).expect(200)
  })

  it('should lose a session by signing out', async () => {
    const person = await signUp(server, 'Leaver')
    await ask(person, 'get', '/tenants').expect(200)
    await ask(person, 'post', '/users/logout').expect(200)
    await ask(person, 'get', '/tenants').expect(403)
  })

  it('should keep everybody’s preferences their own', async () => {
    await ask(ada, 'post', '/payload-preferences/nav', { value: { secretive: true } }).expect(200)
    const own = await ask(ada, 'get', '/payload-preferences?depth=2').expect(200)
    expect(own.body.totalDocs).toBe(1)
    const id = own.body.docs[0].id
    const { body } = await ask(eve, 'get', '/payload-preferences?depth=2').expect(200)
    expect(body.docs).toEqual([])
    expect((await ask(eve, 'get', '/payload-preferences/nav')).text).not.toContain('secretive')
    await ask(eve, 'patch', `/payload-preferences/${id}`, { value: {} }).expect(404)
    await ask(eve, 'delete', '/payload-preferences/nav')
    const forged = { key: 'nav', value: 1, user: { relationTo: 'users', value: ada.id } }
    const made = await ask(eve, 'post', '/payload-preferences', forged)
    const owner = made.body.doc?.user?.value
    expect(owner?.id ?? owner).not.toBe(ada.id)
    const kept = await ask(ada, 'get', '/payload-preferences/nav').expect(200)
    expect(kept.body.value).toEqual({ secretive: true })
    await ask(NOBODY, 'get', '/payload-preferences').expect(403)
  })

  it('should be signed in by a cookie only on the platform’s own pages', async () => {
    const token = ada.headers.Authorization.replace('JWT ', '')
    const withCookie = (origin: Record<string, string>) => ({
      headers: { Cookie: `payload-token=${token}`, ...origin },
    })
    await ask(withCookie({ Origin: server.environment.publicUrl }), 'patch', `/users/${ada.id}`, { name: 'A' }).expect(
      200,
    )
    const foreign = withCookie({ Origin: 'https://evil.example' })
    await ask(foreign, 'patch', `/users/${ada.id}`, { name: 'Forged' }).expect(403)
    await ask(foreign, 'get', '/members').expect(401)
    const { headers } = await ask(foreign, 'get', '/users/me')
    expect(headers['access-control-allow-origin']).not.toBe('https://evil.example')
    expect((await stored(ada.id)).name).toBe('A')
  })
})
