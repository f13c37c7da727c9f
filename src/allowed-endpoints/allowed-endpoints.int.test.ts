import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import request from 'supertest'
import plugin from '../../plugins/openaicompatible/index.ts'
import { providers } from '../../plugins/index.ts'
import { createOpenAiCompatibleSimulator } from '../../simulators/openaicompatible/index.ts'
import type { CompatibleSimulator } from '../../simulators/openaicompatible/index.ts'
import { flushAuditLog } from '../audit/index.ts'
import { ALLOWED_ENDPOINTS, AUDIT_LOG, PROVIDER_KEYS } from '../collections/slugs.ts'
import { compositionOf } from '../composition.ts'
import { probeKey } from '../jobs/probe-key.ts'
import type { LlmEvent } from '../provider-kit/index.ts'
import { bootTestServer } from '../testing/boot.ts'
import type { TestServer } from '../testing/boot.ts'
import { addPerson, addPlatformAdmin, signUp } from '../testing/people.ts'
import type { TestPerson } from '../testing/people.ts'
import { findUsableKey } from '../vault/index.ts'

const PROVIDER = 'openaicompatible'
const KEY = 'token-T3BlbkFJ-secret'
const isListed = providers.some(({ id }) => id === PROVIDER)

let server: TestServer
let admin: Omit<TestPerson, 'tenant'>
let ada: TestPerson
let simulator: CompatibleSimulator
beforeAll(async () => {
  server = await bootTestServer({}, isListed ? {} : { extraProviders: [plugin] })
  admin = await addPlatformAdmin(server)
})
afterAll(() => server?.close())
beforeEach(async () => {
  simulator = await createOpenAiCompatibleSimulator({ apiKey: KEY })
  ada = await signUp(server)
})
afterEach(async () => {
  await simulator.close()
  await server.payload.delete({ collection: ALLOWED_ENDPOINTS, where: {}, overrideAccess: true })
})

type Headers = { headers: Record<string, string> }
const post = (as: Headers, path: string, body: object) =>
  request(server.url).post(`/api${path}`).set(as.headers).send(body)
const allow = async (address: string): Promise<string> => {
  const { body } = await post(admin, `/${ALLOWED_ENDPOINTS}`, { label: 'GPU server', address }).expect(201)
  return body.doc.id
}
const withdraw = (id: string) =>
  request(server.url).delete(`/api/${ALLOWED_ENDPOINTS}/${id}`).set(admin.headers).expect(200)
const store = (as: Headers, baseUrl: string, apiKey = KEY) =>
  post(as, '/user-api-keys/store', { provider: PROVIDER, credentials: { baseUrl, apiKey } })
const storedContext = () =>
  compositionOf(server.payload).registry.contextFor(PROVIDER, { baseUrl: simulator.baseUrl, apiKey: KEY })

describe('the list of allowed addresses', () => {
  it('should be the platform admin’s to write, and everybody’s who is signed in to read', async () => {
    const { body } = await post(admin, `/${ALLOWED_ENDPOINTS}`, {
      label: 'GPU server',
      address: ' HTTP://GPU.internal:8000/v1/ ',
    }).expect(201)
    const entry = { label: 'GPU server', address: 'http://gpu.internal:8000/v1' }
    expect(body.doc).toMatchObject(entry)
    const viewer = await addPerson(server, { tenant: ada.tenant, role: 'viewer' })
    for (const person of [ada, viewer]) {
      await post(person, `/${ALLOWED_ENDPOINTS}`, { label: 'Mine', address: 'http://mine.example/v1' }).expect(403)
      const path = `/api/${ALLOWED_ENDPOINTS}/${body.doc.id}`
      await request(server.url).patch(path).set(person.headers).send({ address: 'http://mine.example/v1' }).expect(403)
      await request(server.url).delete(path).set(person.headers).expect(403)
      const list = await request(server.url).get(`/api/${ALLOWED_ENDPOINTS}`).set(person.headers).expect(200)
      expect(list.body.docs).toEqual([expect.objectContaining(entry)])
    }
    await request(server.url).get(`/api/${ALLOWED_ENDPOINTS}`).expect(403)
  })

  it.each([
    'http://169.254.169.254/v1',
    'http://[fd00:ec2::254]/v1',
    'http://metadata.google.internal/v1',
    'http://user:secret@gpu.internal/v1',
    'http://gpu.internal/v1/../admin',
    'gpu.internal:8000',
  ])('should not take %s', async (address) => {
    const { body } = await post(admin, `/${ALLOWED_ENDPOINTS}`, { label: 'No', address }).expect(400)
    expect(JSON.stringify(body)).toContain('address')
  })

  it('should be in the audit log of every workspace, each change of it', async () => {
    const id = await allow('http://gpu.internal:8000/v1')
    await request(server.url)
      .patch(`/api/${ALLOWED_ENDPOINTS}/${id}`)
      .set(admin.headers)
      .send({ address: 'http://gpu.internal:8001/v1' })
      .expect(200)
    await withdraw(id)
    await flushAuditLog(server.payload)
    const { docs } = await server.payload.find({
      collection: AUDIT_LOG,
      where: { tenant: { equals: ada.tenant.id } },
      pagination: false,
      overrideAccess: true,
    })
    const actions = docs.map((doc) => String((doc as { action?: unknown }).action))
    expect(actions.filter((action) => action.startsWith('endpoint.')).sort()).toEqual([
      'endpoint.allowed',
      'endpoint.changed',
      'endpoint.withdrawn',
    ])
  })
})

describe('a key for a server of one’s own', () => {
  it('should be refused, unsent and unsaved, where nobody allowed the address', async () => {
    for (const path of ['/user-api-keys/store', '/user-api-keys/validate']) {
      const credentials = { baseUrl: simulator.baseUrl, apiKey: KEY }
      const { body } = await post(ada, path, { provider: PROVIDER, credentials }).expect(422)
      expect(body).toMatchObject({ code: 'endpoint_not_allowed', error: expect.stringContaining('platform admin') })
      expect(JSON.stringify(body)).not.toContain('T3BlbkFJ')
    }
    expect(simulator.requests).toEqual([])
    expect(await findUsableKey({ payload: server.payload, tenant: ada.tenant.id, provider: PROVIDER })).toBeFalsy()
  })

  it('should be tested, saved and masked like any other where the address is allowed', async () => {
    await allow(simulator.baseUrl)
    const { body } = await store(ada, simulator.baseUrl).expect(201)
    expect(body.check).toMatchObject({ status: 'valid', capabilities: { llm: true, tts: true, stt: true } })
    expect(body.doc.masked).toMatch(/^token-?…?/)
    expect(JSON.stringify(body)).not.toContain('T3BlbkFJ-secret')
    expect([...simulator.seenKeys]).toEqual([KEY])
    await store(await signUp(server), simulator.baseUrl, `${KEY}-wrong`).expect(422)
  })

  it('should be saved without a key for a server that wants none', async () => {
    const open = await createOpenAiCompatibleSimulator()
    await allow(open.baseUrl)
    const credentials = { baseUrl: open.baseUrl }
    const { body } = await post(ada, '/user-api-keys/store', { provider: PROVIDER, credentials }).expect(201)
    expect(body.check.status).toBe('valid')
    await open.close()
  })

  it('should take another spelling of an allowed address, and nothing that only looks like it', async () => {
    const { port } = new URL(simulator.origin)
    await allow(simulator.baseUrl)
    for (const baseUrl of [`HTTP://127.0.0.1:${port}/v1/`, `http://127.1:${port}/v1`, `http://0x7f000001:${port}/v1`]) {
      const answer = await post(ada, '/user-api-keys/validate', {
        provider: PROVIDER,
        credentials: { baseUrl, apiKey: KEY },
      })
      expect([baseUrl, answer.status, answer.body.check?.status]).toEqual([baseUrl, 200, 'valid'])
    }
    const asked = simulator.requests.length
    for (const baseUrl of [
      simulator.origin,
      `http://127.0.0.1:${port}/v10`,
      `http://127.0.0.1:${port}/V1`,
      `http://127.0.0.1:${port}/v1/../admin`,
      `http://127.0.0.1:${port}/v1/%2e%2e/admin`,
      `http://127.0.0.1:${port}//v1`,
      `https://127.0.0.1:${port}/v1`,
      `http://localhost:${port}/v1`,
      `http://127.0.0.1:${Number(port) + 1}/v1`,
      `http://user:secret@127.0.0.1:${port}/v1`,
      `http://127.0.0.1:${port}@evil.example/v1`,
      `http://127.0.0.1:${port}/v1?x=1`,
      'http://169.254.169.254/v1',
    ]) {
      const answer = await store(ada, baseUrl)
      expect([baseUrl, answer.status, answer.body.code]).toEqual([baseUrl, 422, 'endpoint_not_allowed'])
    }
    expect(simulator.requests).toHaveLength(asked)
  })

  it('should be nobody else’s', async () => {
    await allow(simulator.baseUrl)
    await store(ada, simulator.baseUrl).expect(201)
    const bob = await signUp(server, 'Bob')
    await post(bob, '/user-api-keys/validate', { provider: PROVIDER }).expect(404)
    const { body } = await request(server.url).get('/api/user-api-keys').set(bob.headers).expect(200)
    expect(body.docs).toEqual([])
    await store(bob, 'http://127.0.0.1:9/v1').expect(422)
  })
})

describe('an address that is withdrawn', () => {
  it('should stop tests, probes and calls at once, and say whom to ask', async () => {
    const id = await allow(simulator.baseUrl)
    await store(ada, simulator.baseUrl).expect(201)
    await withdraw(id)
    const asked = simulator.requests.length

    const { body } = await post(ada, '/user-api-keys/validate', { provider: PROVIDER }).expect(200)
    expect(body.check).toMatchObject({ status: 'limited', capabilities: { llm: false, tts: false, stt: false } })
    expect(body.check.message).toMatch(/platform admin/)

    const { docs } = await server.payload.find({
      collection: PROVIDER_KEYS,
      where: { tenant: { equals: ada.tenant.id } },
      overrideAccess: true,
    })
    await probeKey({
      payload: server.payload,
      record: docs[0] as never,
      pace: { noteAnswer() {}, noteSilence() {}, pause() {} } as never,
      clock: { now: Date.now, random: Math.random },
    })
    const stream = plugin.llm?.create(storedContext() as never, {}).stream({
      system: '',
      messages: [{ role: 'user', content: 'Hello' }],
      signal: new AbortController().signal,
    }) as AsyncIterable<LlmEvent>
    await expect(collect(stream)).rejects.toMatchObject({ kind: 'limited', providerCode: 'endpoint_not_allowed' })
    expect(simulator.requests).toHaveLength(asked)
  })

  it('should end an answer that is just being given', async () => {
    const id = await allow(simulator.baseUrl)
    simulator.setFault('stall-after-first-token')
    const stream = plugin.llm?.create(storedContext() as never, { model: 'qwen3-8b-instruct' }).stream({
      system: '',
      messages: [{ role: 'user', content: 'Hello' }],
      signal: new AbortController().signal,
    }) as AsyncIterable<LlmEvent>
    const events = stream[Symbol.asyncIterator]()
    expect((await events.next()).value).toMatchObject({ type: 'text' })
    // The answer may end before the withdrawal's own answer is back.
    const ending = expect(events.next()).rejects.toMatchObject({ provider: PROVIDER, kind: 'closed' })
    await withdraw(id)
    await ending
    expect(await simulator.requests.at(-1)?.ended).not.toBe('completed')
  })
})

describe('an allowed server that misbehaves', () => {
  it('should lead nobody elsewhere by a redirect, and get no key there', async () => {
    const seen: (string | undefined)[] = []
    const elsewhere = createServer((incoming, response) => {
      seen.push(incoming.headers.authorization)
      response.end('{"data":[]}')
    }).listen(0, '127.0.0.1')
    await once(elsewhere, 'listening')
    const target = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/v1/models`
    const redirecting = createServer((_incoming, response) => {
      response.writeHead(307, { location: target }).end()
    }).listen(0, '127.0.0.1')
    await once(redirecting, 'listening')
    const base = `http://127.0.0.1:${(redirecting.address() as AddressInfo).port}/v1`
    await allow(base)
    const { body } = await store(ada, base).expect(201)
    expect([body.check.status, body.doc.status]).toEqual(['unreachable', 'unverified'])
    expect(seen).toEqual([])
    for (const one of [elsewhere, redirecting]) {
      one.closeAllConnections()
      one.close()
    }
  })
})

const collect = async (stream: AsyncIterable<LlmEvent>) => {
  for await (const _event of stream);
}
