import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import request from 'supertest'
import { bootTestServer } from '../testing/boot.ts'
import type { TestServer } from '../testing/boot.ts'
import { signUp } from '../testing/people.ts'
import type { TestPerson } from '../testing/people.ts'

const NO_IDS = ['foo', '1e3', '-1', 'f'.repeat(23), '%20']

describe('an id that no document can have', () => {
  let server: TestServer
  let owner: TestPerson
  beforeAll(async () => {
    server = await bootTestServer()
    owner = await signUp(server)
  })
  afterAll(() => server?.close())

  const send = (method: 'get' | 'post' | 'patch' | 'delete', path: string, body?: object) =>
    request(server.url)[method](`/api/${path}`).set(owner.headers).send(body)

  it.each(NO_IDS)('should be one that does not exist: %s', async (id) => {
    for (const collection of ['agents', 'calls', 'tenants', 'users']) {
      expect([collection, (await send('get', `${collection}/${id}`)).status]).toEqual([collection, 404])
    }
    // Where nothing may be changed at all, and where Payload reads such an id as none, it says so first.
    for (const answer of [await send('patch', `agents/${id}`, { name: 'x' }), await send('delete', `agents/${id}`)]) {
      expect([400, 403, 404]).toContain(answer.status)
    }
  })

  it.each(['agents?where[tenant][equals]=foo', 'calls?where[agent][equals]=foo', 'tenants?where[id][in]=foo,bar'])(
    'should find nothing, or be refused, in a query: %s',
    async (path) => {
      const answer = await send('get', path)
      expect([200, 400]).toContain(answer.status)
      expect(answer.body.docs ?? []).toEqual([])
    },
  )

  it.each([999_999, 'foo', 1.5, true, { a: 1 }, { $ne: null }, ['foo'], [[1]]])(
    'should be refused in a relationship: %j',
    async (agent) => {
      const number = { number: '+15550300002', provider: 'telnyx', agent }
      expect((await send('post', 'phone-numbers', number)).status).toBe(400)
    },
  )

  it.each(['foo', 999_999, { a: 1 }, ['foo']])('should be refused as a workspace: %j', async (tenant) => {
    const answer = await send('post', 'phone-numbers', { number: '+15550300003', provider: 'telnyx', tenant })
    expect([400, 403, 404]).toContain(answer.status)
  })

  it('should not be told what the database says of it', async () => {
    const { text } = await send('get', 'agents?where[tenant][equals]=foo')
    expect(text).not.toMatch(/select|Cast|ObjectId|params/i)
  })
})
