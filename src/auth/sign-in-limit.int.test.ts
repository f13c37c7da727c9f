import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import request from 'supertest'
import { bootTestServer } from '../testing/boot.ts'
import type { TestServer } from '../testing/boot.ts'
import { TEST_PASSWORD, signUp } from '../testing/people.ts'
import type { TestPerson } from '../testing/people.ts'

let server: TestServer
let people: TestPerson[]
beforeAll(async () => {
  server = await bootTestServer()
  people = await Promise.all([signUp(server), signUp(server), signUp(server)])
})
afterAll(() => server?.close())

const post = (path: string, { from, body }: { from: string; body: object }) =>
  request(server.url).post(`/api/users/${path}`).set('X-Forwarded-For', from).send(body)
const signIn = (from: string, { email, password }: { email: string; password: string }) =>
  post('login', { from, body: { email, password } })

describe('signing in', () => {
  it('should stop an address that fails too often, over many accounts and ways to write the path, and no other', async () => {
    const from = '203.0.113.20'
    for (let attempt = 0; attempt < 20; attempt += 1) {
      const path = attempt % 2 === 0 ? 'login' : 'LOGIN/'
      const email = `nobody-${attempt}@example.com`
      const { status } = await post(path, { from, body: { email, password: 'guess number one' } })
      expect([401, 404]).toContain(status)
    }
    const [person] = people as [TestPerson]
    const { body } = await signIn(from, { email: person.email, password: TEST_PASSWORD }).expect(429)
    expect(body.errors).toEqual([
      expect.objectContaining({
        message: expect.stringMatching(/^There were too many attempts from your address\. Try again in \d+ minutes\.$/),
        data: { code: 'too_many_attempts' },
      }),
    ])
    await signIn('203.0.113.21', { email: person.email, password: TEST_PASSWORD }).expect(200)
  })

  it('should count nobody who succeeds', async () => {
    const [, person] = people as [TestPerson, TestPerson]
    for (let attempt = 0; attempt < 25; attempt += 1) {
      await signIn('203.0.113.30', { email: person.email, password: TEST_PASSWORD }).expect(200)
    }
  })

  it('should believe no address that a client only claims', async () => {
    const [, , person] = people as [TestPerson, TestPerson, TestPerson]
    const claim = (index: number) => `198.51.100.${index}, 203.0.113.40`
    for (let attempt = 0; attempt < 20; attempt += 1) {
      await signIn(claim(attempt), { email: `no-${attempt}@example.com`, password: 'guess number one' }).expect(401)
    }
    await signIn(claim(99), { email: person.email, password: TEST_PASSWORD }).expect(429)
  })
})

describe('resetting a password', () => {
  it('should stop an address that asks too often', async () => {
    const from = '203.0.113.50'
    for (let attempt = 0; attempt < 10; attempt += 1) {
      await post('forgot-password', { from, body: { email: `nobody-${attempt}@example.com` } }).expect(200)
    }
    await post('forgot-password', { from, body: { email: 'nobody@example.com' } }).expect(429)
    await post('reset-password', { from, body: { token: 'guess', password: TEST_PASSWORD } }).expect(429)
  })
})
