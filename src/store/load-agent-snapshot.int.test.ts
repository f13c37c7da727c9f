import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import request from 'supertest'
import type { DocumentId } from '../access/index.ts'
import { fakeProviderChoice, fakeProviders } from '../collections/testing/fake-providers.ts'
import { bootTestServer } from '../testing/boot.ts'
import type { TestServer } from '../testing/boot.ts'
import { signUp } from '../testing/people.ts'
import type { TestPerson } from '../testing/people.ts'
import { unusedId } from '../testing/test-database.ts'
import { loadAgentSnapshot } from './load-agent-snapshot.ts'

describe('the snapshot of an agent', () => {
  let server: TestServer
  let owner: TestPerson
  beforeAll(async () => {
    server = await bootTestServer({}, { extraProviders: fakeProviders })
    owner = await signUp(server)
  })
  afterAll(() => server.close())

  const send = async (method: 'post' | 'patch' | 'delete', path: string, data: object = {}) =>
    (
      await request(server.url)
        [method](path)
        .set(owner.headers)
        .send(data)
        .expect(method === 'post' ? 201 : 200)
    ).body.doc
  const publish = (data: object = {}) =>
    send('post', '/api/agents', {
      name: 'Reception',
      promptMarkdown: 'You are {{agent_name}}.',
      ...fakeProviderChoice,
      ...data,
      _status: 'published',
    })
  const load = (agentId: DocumentId, { tenantId = owner.tenant.id, variables = {}, now = new Date() } = {}) =>
    loadAgentSnapshot({ payload: server.payload, agentId, tenantId, variables, now })

  it('should hold everything that a call needs, variables filled in', async () => {
    const { id } = await publish({
      promptMarkdown:
        '# {{agent_name}}\n\nToday is {{current_date}}, {{current_time}}. {{caller_number}} asks {{tenant_name}} for {{item}}, {{size}}.',
      greeting: 'Hello {{caller_number}}',
      stt: { provider: 'hearer', model: 'ear-2', language: 'de-CH' },
      llm: { provider: 'thinker', temperature: 0.2, maxTokens: 300 },
      tts: { provider: 'speaker', voice: 'bass' },
      turns: { bargeIn: false, resumeAfterMs: 500 },
      variables: [
        { name: 'item', default: 'tea' },
        { name: 'size', default: 'small' },
      ],
      recording: true,
      maxDurationSeconds: 60,
    })
    const now = new Date(2026, 2, 2, 14, 5)
    const variables = { caller_number: '+15550100', item: 'coffee' }
    expect(await load(id, { variables, now })).toEqual({
      agentId: String(id),
      agentVersion: expect.stringMatching(/^[0-9a-f]{12}$/),
      name: 'Reception',
      systemPrompt: expect.stringMatching(
        /^# Reception\n\nToday is Monday,? 2 March 2026, 14:05\. \+15550100 asks Ada's workspace for coffee, small\.$/,
      ),
      greeting: 'Hello +15550100',
      language: 'de-CH',
      stt: { provider: 'hearer', model: 'ear-2', language: 'de-CH' },
      llm: { provider: 'thinker', temperature: 0.2, maxTokens: 300 },
      tts: { provider: 'speaker', voice: 'bass' },
      turns: { bargeIn: false, resumeAfterMs: 500, minEndpointMs: 0, maxEndpointMs: 3000, silenceTimeoutSeconds: 30 },
      recording: true,
      maxDurationSeconds: 60,
    })
  })

  it('should leave out what is not chosen', async () => {
    const { id } = await publish({ greeting: '' })
    const snapshot = await load(id)
    expect(snapshot).toMatchObject({ stt: { provider: 'hearer' }, llm: { provider: 'thinker' } })
    expect(snapshot?.greeting).toBeUndefined()
    expect(snapshot?.language).toBeUndefined()
    expect(Object.keys(snapshot?.stt ?? {})).toEqual(['provider'])
  })

  it('should not change by a draft, and change version when that is published', async () => {
    const { id } = await publish({ promptMarkdown: 'first' })
    const first = await load(id)
    await send('patch', `/api/agents/${id}?draft=true`, { promptMarkdown: 'second' })
    expect(await load(id)).toEqual(first)
    await send('patch', `/api/agents/${id}`, { _status: 'published' })
    const second = await load(id)
    expect(second?.systemPrompt).toBe('second')
    expect(second?.agentVersion).not.toBe(first?.agentVersion)
  })

  it('should keep its version whatever the call fills in', async () => {
    const { id } = await publish({ promptMarkdown: '{{caller_number}}' })
    const [one, two] = [
      await load(id, { variables: { caller_number: '1' } }),
      await load(id, { variables: { caller_number: '2' } }),
    ]
    expect(one?.agentVersion).toBe(two?.agentVersion)
    expect(one?.systemPrompt).not.toBe(two?.systemPrompt)
  })

  it('should exist only for its own workspace, and while it is published', async () => {
    const { id } = await publish()
    const stranger = await signUp(server, 'Eve')
    expect(await load(id, { tenantId: stranger.tenant.id })).toBeUndefined()
    expect(await load(unusedId(server.payload))).toBeUndefined()

    const draft = await send('post', '/api/agents?draft=true', {
      name: 'Draft',
      promptMarkdown: 'x',
      ...fakeProviderChoice,
    })
    expect(await load(draft.id)).toBeUndefined()
    const mail = await publish({ kind: 'email' })
    expect(await load(mail.id)).toBeUndefined()

    await send('patch', `/api/agents/${id}`, { _status: 'draft' })
    expect(await load(id)).toBeUndefined()
    await send('patch', `/api/agents/${id}`, { _status: 'published' })
    expect(await load(id)).toBeDefined()
    await send('patch', `/api/agents/${id}`, { deletedAt: new Date().toISOString() })
    expect(await load(id)).toBeUndefined()
  })
})
