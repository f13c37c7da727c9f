import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import request from 'supertest'
import { USERS } from '../collections/slugs.ts'
import { bootTestServer } from '../testing/boot.ts'
import type { TestServer } from '../testing/boot.ts'
import { TEST_PASSWORD, signUp } from '../testing/people.ts'
import { ensureFirstAdmin } from './ensure-first-admin.ts'

describe('the first platform admin', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await bootTestServer()
  })
  afterEach(async () => {
    // By hand: the last platform admin cannot be deleted otherwise.
    await server.payload.db.deleteMany({ collection: USERS, where: { id: { exists: true } } })
  })
  afterAll(() => server.close())

  const admin = { email: 'Root@Example.com', password: TEST_PASSWORD }
  const ensure = (environment: { admin?: typeof admin } = { admin }) =>
    ensureFirstAdmin({ payload: server.payload, environment })
  const roleOf = async (email: string) => {
    const { docs } = await server.payload.find({
      collection: USERS,
      overrideAccess: true,
      where: { email: { equals: email } },
    })
    return docs[0]?.role
  }

  it('should be made from the environment once, able to sign in, without a workspace', async () => {
    expect(await ensure({})).toBe('kept')
    expect(await ensure()).toBe('created')
    expect(await ensure()).toBe('kept')
    const { body } = await request(server.url).post('/api/users/login').send(admin).expect(200)
    expect(body.user).toMatchObject({ role: 'admin', memberships: [] })
  })

  it('should be made once by two nodes that start together', async () => {
    const outcomes = await Promise.all([ensure(), ensure()])
    expect(outcomes.sort()).toEqual(['created', 'kept'])
  })

  it('should be the person who signed up with that address and password', async () => {
    const person = await signUp(server)
    expect(await ensure({ admin: { email: person.email, password: person.password } })).toBe('promoted')
    expect(await roleOf(person.email)).toBe('admin')
  })

  it('should never be somebody who only took the address first', async () => {
    const squatter = await signUp(server)
    expect(await ensure({ admin: { email: squatter.email, password: 'the operator’s own' } })).toBe('refused')
    expect(await roleOf(squatter.email)).toBe('user')
  })

  it('should be who sets the platform up in the admin panel, and nobody after', async () => {
    const setUp = (body: object) => request(server.url).post('/api/users/first-register').send(body)
    await setUp({ email: 'first@example.com', password: 'short' }).expect(400)
    const { body } = await setUp({ email: 'first@example.com', password: TEST_PASSWORD, role: 'user' }).expect(200)
    expect(await roleOf('first@example.com')).toBe('admin')
    const session = { Authorization: `JWT ${body.token}` }
    const { body: tenants } = await request(server.url).get('/api/tenants').set(session).expect(200)
    expect(tenants.docs).toContainEqual(expect.objectContaining({ name: "first's workspace" }))
    const { body: members } = await request(server.url).get('/api/members').set(session).expect(200)
    expect(members.docs).toEqual([expect.objectContaining({ email: 'first@example.com', role: 'owner' })])
    await setUp({ email: 'second@example.com', password: TEST_PASSWORD }).expect(403)
    expect(await roleOf('second@example.com')).toBeUndefined()
  })

  it('should not come by signing up: neither as the first user nor through the set-up afterwards', async () => {
    const person = await signUp(server)
    expect(await roleOf(person.email)).toBe('user')
    await request(server.url)
      .post('/api/users/first-register')
      .send({ email: 'late@example.com', password: TEST_PASSWORD })
      .expect(403)
  })
})
