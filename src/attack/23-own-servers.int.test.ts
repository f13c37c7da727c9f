import { afterAll, beforeAll, expect, it, jest } from '@jest/globals'
import request from 'supertest'
import { ALLOWED_ENDPOINTS } from '../collections/slugs.ts'
import { bootTestServer } from '../testing/boot.ts'
import type { TestServer } from '../testing/boot.ts'
import { addPlatformAdmin, addStranger, signUp } from '../testing/people.ts'
import type { TestPerson } from '../testing/people.ts'
import { createCanary } from './testing/canaries.ts'
import { startHostileProvider } from './testing/hostile-provider.ts'
import type { HostileProvider } from './testing/hostile-provider.ts'

jest.setTimeout(180_000)

const PROVIDER = 'openaicompatible'
const KEY = createCanary(PROVIDER)

let server: TestServer
let owner: TestPerson
let own: HostileProvider
let other: HostileProvider
const post = (as: Pick<TestPerson, 'headers'>, path: string, body: object, method: 'post' | 'put' = 'post') =>
  request(server.url)[method](`/api${path}`).set(as.headers).send(body)
const store = (as: TestPerson, credentials: object) =>
  post(as, '/user-api-keys/store', { provider: PROVIDER, credentials })

beforeAll(async () => {
  ;[server, own, other] = await Promise.all([bootTestServer(), startHostileProvider(), startHostileProvider()])
  const admin = await addPlatformAdmin(server)
  for (const { url } of [own, other]) {
    await post(admin, `/${ALLOWED_ENDPOINTS}`, { label: 'Server', address: `${url}/v1` }).expect(201)
  }
  owner = await signUp(server)
  await store(owner, { baseUrl: `${own.url}/v1`, apiKey: KEY }).expect(201)
  expect(own.requests.join('\n')).toContain(KEY)
})
afterAll(async () => {
  await server?.close()
  await Promise.all([own?.close(), other?.close()])
})

it('check 23: a stored key stays behind when its server is named anew, though that server is allowed as well', async () => {
  const baseUrl = `${other.url}/v1`
  for (const credentials of [
    { baseUrl },
    { baseUrl, apiKey: undefined },
    { baseUrl, apiKey: null },
    { baseUrl, apiKey: '' },
  ]) {
    await post(owner, '/user-api-keys/validate', { provider: PROVIDER, credentials })
    await post(owner, `/user-api-keys/${PROVIDER}`, { credentials }, 'put')
  }
  await post(owner, '/user-api-keys/validate', { provider: PROVIDER, baseUrl })
  await post(owner, '/user-api-keys/validate', { provider: PROVIDER })
  await post(owner, '/ai-config', { provider: PROVIDER, modelName: 'x', baseUrl, isDefault: true })
  for (const path of ['models?capability=llm', 'voices', `models?capability=llm&baseUrl=${baseUrl}`]) {
    await request(server.url).get(`/api/providers/${PROVIDER}/${path}`).set(owner.headers)
  }
  expect(other.requests.length).toBeGreaterThan(0)
  expect(other.requests.join('\n')).not.toContain(KEY)
})

it('check 23: nor does another workspace get it by naming the same server', async () => {
  const ben = await signUp(server, 'Ben')
  const since = own.requests.length
  await store(ben, { baseUrl: `${own.url}/v1` })
  await post(ben, '/user-api-keys/validate', { provider: PROVIDER })
  expect(own.requests.length).toBeGreaterThan(since)
  expect(own.requests.slice(since).join('\n')).not.toContain(KEY)
})

it('check 21: nobody but a platform admin opens an address, however they ask', async () => {
  const address = 'http://10.0.0.1:8000/v1'
  const data = { label: 'Mine', address }
  for (const as of [owner, await addStranger(server), { headers: { Authorization: '' } }]) {
    for (const path of ['', '?overrideAccess=true', '?draft=true', '?_method=PUT']) {
      expect([401, 403]).toContain((await post(as, `/${ALLOWED_ENDPOINTS}${path}`, data)).status)
    }
    const all = request(server.url).patch(`/api/${ALLOWED_ENDPOINTS}?where[label][exists]=true`).set(as.headers)
    expect([400, 401, 403]).toContain((await all.send({ address })).status)
  }
  const { body } = await store(await signUp(server, 'Cy'), { baseUrl: address, apiKey: 'x' }).expect(422)
  expect(body.code).toBe('endpoint_not_allowed')
})
