import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import request from 'supertest'
import { bootTestServer } from '../../testing/boot.ts'
import type { TestServer } from '../../testing/boot.ts'
import { addPerson, signUp } from '../../testing/people.ts'
import type { TestPerson } from '../../testing/people.ts'
import { unusedId } from '../../testing/test-database.ts'
import { fakeProviders } from '../testing/fake-providers.ts'

describe('phone numbers', () => {
  let server: TestServer
  let owner: TestPerson
  let stranger: TestPerson
  beforeAll(async () => {
    server = await bootTestServer({}, { extraProviders: fakeProviders })
    owner = await signUp(server)
    stranger = await signUp(server, 'Eve')
  })
  afterAll(() => server.close())

  let last = 0
  const newNumber = () => `+1555010${String(++last).padStart(4, '0')}`
  const post = (data: object, by = owner) =>
    request(server.url)
      .post('/api/phone-numbers')
      .set(by.headers)
      .send({ provider: 'carrier', ...data })
  const createAgent = async (by: TestPerson, data: object = {}) => {
    const { body } = await request(server.url)
      .post('/api/agents?draft=true')
      .set(by.headers)
      .send({ name: 'A', ...data })
    return body.doc.id as number
  }
  const messageOf = ({ body }: { body: { errors: { data: { errors: { path: string; message: string }[] } }[] } }) =>
    body.errors[0]?.data.errors.map(({ path, message }) => `${path}: ${message}`).join('\n')

  it('should keep a number in its international form', async () => {
    const { body } = await post({ number: ' +1 (555) 020-0001 ', label: 'Desk' }).expect(201)
    expect(body.doc).toMatchObject({ number: '+15550200001', label: 'Desk', provider: 'carrier' })
  })

  it.each(['555 0100', '+0 555 0100', '+1555', '+1555010012345678', 'tel:+15550100', '+1555O100', '', null])(
    'should refuse %j as a number',
    async (number) => {
      expect(messageOf(await post({ number }).expect(400))).toMatch(
        /^number: Write the number in its international form/,
      )
    },
  )

  it('should give a number to one workspace alone, however it is written, and not say which', async () => {
    await post({ number: '+15550300001', label: 'Secret desk' }).expect(201)
    for (const by of [owner, stranger]) {
      const answer = await post({ number: '+1 555 030 0001' }, by).expect(400)
      expect(messageOf(answer)).toBe('number: This number is already used.')
      expect(JSON.stringify(answer.body)).not.toMatch(/Secret|Ada/)
    }
  })

  it('should give a number once when two ask at the same time', async () => {
    const answers = await Promise.all([owner, stranger, owner].map((by) => post({ number: '+15550300002' }, by)))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 400, 400])
  })

  it('should let a number be saved again', async () => {
    const { body } = await post({ number: newNumber() }).expect(201)
    const path = `/api/phone-numbers/${body.doc.id}`
    const data = { number: body.doc.number, label: 'Again' }
    expect((await request(server.url).patch(path).set(owner.headers).send(data).expect(200)).body.doc.label).toBe(
      'Again',
    )
  })

  it('should refuse who is no carrier', async () => {
    expect(messageOf(await post({ number: newNumber(), provider: 'hearer' }).expect(400))).toContain(
      'hearer is no carrier',
    )
  })

  it('should be answered by a voice agent of the same workspace', async () => {
    const agent = await createAgent(owner)
    const { body } = await post({ number: newNumber(), agent }).expect(201)
    expect(body.doc.agent).toMatchObject({ id: agent })
  })

  it("should refuse another workspace's agent as one that does not exist", async () => {
    const foreign = await createAgent(stranger)
    const answers = [
      await post({ number: newNumber(), agent: foreign }),
      await post({ number: newNumber(), agent: unusedId(server.payload) }),
    ]
    for (const answer of answers) {
      expect(answer.status).toBe(400)
      expect(messageOf(answer)).toBe('agent: There is no such agent in this workspace.')
    }
    const { body } = await post({ number: newNumber() }).expect(201)
    await request(server.url)
      .patch(`/api/phone-numbers/${body.doc.id}`)
      .set(owner.headers)
      .send({ agent: foreign })
      .expect(400)
  })

  it('should refuse an agent that does not speak', async () => {
    const agent = await createAgent(owner, { kind: 'email' })
    expect(messageOf(await post({ number: newNumber(), agent }).expect(400))).toBe(
      'agent: Only a voice agent can answer a number.',
    )
  })

  it('should be written by owners and read by all members', async () => {
    const { body } = await post({ number: newNumber() }).expect(201)
    const path = `/api/phone-numbers/${body.doc.id}`
    for (const role of ['editor', 'viewer'] as const) {
      const member = await addPerson(server, { tenant: owner.tenant, role })
      await request(server.url).get(path).set(member.headers).expect(200)
      await post({ number: newNumber() }, member).expect(403)
      expect([403, 404]).toContain(
        (await request(server.url).patch(path).set(member.headers).send({ label: 'x' })).status,
      )
      expect([403, 404]).toContain((await request(server.url).delete(path).set(member.headers)).status)
    }
    await request(server.url).get(path).set(stranger.headers).expect(404)
    await request(server.url).delete(path).set(owner.headers).expect(200)
  })
})
