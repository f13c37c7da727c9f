import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import request from 'supertest'
import { loadAgentSnapshot } from '../../store/load-agent-snapshot.ts'
import { bootTestServer } from '../../testing/boot.ts'
import type { TestServer } from '../../testing/boot.ts'
import { signUp } from '../../testing/people.ts'
import type { TestPerson } from '../../testing/people.ts'
import { fakeProviderChoice, fakeProviders } from '../testing/fake-providers.ts'

const complete = { name: 'Reception', promptMarkdown: 'Be kind.', ...fakeProviderChoice, _status: 'published' }
const SALES = { name: 'Sales', number: '+1 (415) 555-0177', when: 'When somebody wants to buy.' }

describe("an agent's tools", () => {
  let server: TestServer
  let owner: TestPerson
  beforeAll(async () => {
    server = await bootTestServer({}, { extraProviders: fakeProviders })
    owner = await signUp(server)
  })
  afterAll(() => server.close())

  const post = (tools: unknown, more: object = {}) =>
    request(server.url)
      .post('/api/agents')
      .set(owner.headers)
      .send({ ...complete, tools, ...more })
  const problemsOf = (body: { errors: { data?: { errors: { message: string }[] } }[] }) =>
    body.errors.flatMap(({ data }) => data?.errors ?? []).map(({ message }) => message)
  const snapshotOf = (agentId: number) =>
    loadAgentSnapshot({ payload: server.payload, agentId, tenantId: owner.tenant.id, variables: {} })

  it('should reach a call as they were published, without what was left empty', async () => {
    const tools = [
      { type: 'end-call' },
      { type: 'transfer-call', destinations: [SALES, { name: ' Workshop ', number: '+14155550178', when: '' }] },
      { type: 'send-digits' },
      { type: 'web-search', provider: 'exa' },
    ]
    const { body } = await post(tools).expect(201)
    const agent = await snapshotOf(body.doc.id)
    expect(agent?.tools).toEqual([
      { type: 'end-call' },
      {
        type: 'transfer-call',
        destinations: [
          { name: 'Sales', number: '+14155550177', when: 'When somebody wants to buy.' },
          { name: 'Workshop', number: '+14155550178' },
        ],
      },
      { type: 'send-digits' },
      { type: 'web-search', provider: 'exa' },
    ])
    await request(server.url)
      .patch(`/api/agents/${body.doc.id}`)
      .set(owner.headers)
      .send({ tools: [{ type: 'end-call', when: 'At noon.' }] })
      .expect(200)
    const later = await snapshotOf(body.doc.id)
    expect(later?.tools).toEqual([{ type: 'end-call', when: 'At noon.' }])
    expect(later?.agentVersion).not.toBe(agent?.agentVersion)
  })

  it('should be none where none was chosen', async () => {
    const { body } = await post(undefined).expect(201)
    expect(await snapshotOf(body.doc.id)).not.toHaveProperty('tools')
  })

  it.each<[string, object[], RegExp]>([
    ['an unknown tool', [{ type: 'launch-rocket' }], /not allowed|invalid/i],
    ['a tool twice', [{ type: 'end-call' }, { type: 'end-call' }], /“End the call” is there twice/],
    ['a transfer to nobody', [{ type: 'transfer-call' }], /Add a destination/],
    ['a transfer to no number', [{ type: 'transfer-call', destinations: [{ name: 'Sales' }] }], /Enter the number/],
    [
      'a transfer to a local number',
      [{ type: 'transfer-call', destinations: [{ ...SALES, number: '555 0177' }] }],
      /with a plus and its country code/,
    ],
    [
      'a transfer without a name',
      [{ type: 'transfer-call', destinations: [{ number: SALES.number }] }],
      /Give the destination a name/,
    ],
    [
      'two destinations of one name',
      [{ type: 'transfer-call', destinations: [SALES, { ...SALES, name: 'sales ' }] }],
      /Two destinations are called “sales”/,
    ],
    ['a search by nobody', [{ type: 'web-search' }], /Choose whose search/],
    [
      'a search by a voice',
      [{ type: 'web-search', provider: 'elevenlabs' }],
      /cannot search the web|not allowed|invalid/,
    ],
  ])('should not be published with %s', async (_what, tools, message) => {
    const { body, status } = await post(tools)
    expect(status).toBe(400)
    expect(problemsOf(body).join(' ')).toMatch(message)
  })

  it('should be incomplete in a draft', async () => {
    const tools = [{ type: 'transfer-call' }, { type: 'web-search' }]
    await post(tools, { _status: 'draft' }).expect(201)
  })
})
