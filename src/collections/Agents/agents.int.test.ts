import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import request from 'supertest'
import { bootTestServer } from '../../testing/boot.ts'
import type { TestServer } from '../../testing/boot.ts'
import { addPerson, signUp } from '../../testing/people.ts'
import type { TestPerson } from '../../testing/people.ts'
import { fakeProviderChoice, fakeProviders } from '../testing/fake-providers.ts'

const MARKDOWN = '# Role\n\nYou are **{{agent_name}}**.\n\n- Be `brief`\n- Ask for the {{order_number}}'

const complete = {
  name: 'Reception',
  promptMarkdown: 'You are {{agent_name}}.',
  ...fakeProviderChoice,
  _status: 'published',
}

describe('agents', () => {
  let server: TestServer
  let owner: TestPerson
  beforeAll(async () => {
    server = await bootTestServer({}, { extraProviders: fakeProviders })
    owner = await signUp(server)
  })
  afterAll(() => server.close())

  const post = (data: object, { by = owner, query = '' } = {}) =>
    request(server.url).post(`/api/agents${query}`).set(by.headers).send(data)
  const patch = (id: unknown, data: object, { by = owner, query = '' } = {}) =>
    request(server.url).patch(`/api/agents/${id}${query}`).set(by.headers).send(data)
  const get = (id: unknown, { by = owner, query = '' } = {}) =>
    request(server.url).get(`/api/agents/${id}${query}`).set(by.headers)
  const create = async (data: object) => (await post({ ...complete, ...data }).expect(201)).body.doc
  const messagesOf = (body: { errors: { data?: { errors: { path: string; message: string }[] } }[] }) =>
    Object.fromEntries(
      body.errors.flatMap(({ data }) => data?.errors ?? []).map(({ path, message }) => [path, message]),
    )

  describe('the prompt', () => {
    it('should be written as Markdown and read as both', async () => {
      const { id, promptMarkdown } = await create({ promptMarkdown: MARKDOWN, variables: [{ name: 'order_number' }] })
      expect(promptMarkdown).toBe(MARKDOWN)
      const { body } = await get(id).expect(200)
      expect(body.promptMarkdown).toBe(MARKDOWN)
      expect(body.prompt.root.children.map(({ type }: { type: string }) => type)).toEqual([
        'heading',
        'paragraph',
        'list',
      ])
      expect(body.prompt.root.children[1].children[1]).toMatchObject({
        type: 'variable',
        name: 'agent_name',
        format: 1,
      })
    })

    it('should be written as a document and read as Markdown', async () => {
      const source = await create({ promptMarkdown: 'One {{caller_number}}\n\n> two' })
      const { id } = await create({ prompt: source.prompt, promptMarkdown: undefined })
      expect((await get(id)).body.promptMarkdown).toBe('One {{caller_number}}\n\n> two')
    })

    it('should follow what was changed when a whole document comes back', async () => {
      const agent = await create({ promptMarkdown: 'old' })
      const other = await create({ promptMarkdown: 'new document' })
      const byDocument = await patch(agent.id, { ...agent, prompt: other.prompt }).expect(200)
      expect(byDocument.body.doc.promptMarkdown).toBe('new document')
      const byMarkdown = await patch(agent.id, { ...byDocument.body.doc, promptMarkdown: 'new *text*' }).expect(200)
      expect(byMarkdown.body.doc.promptMarkdown).toBe('new *text*')
      const untouched = await patch(agent.id, { name: 'Renamed' }).expect(200)
      expect(untouched.body.doc).toMatchObject({ name: 'Renamed', promptMarkdown: 'new *text*' })
    })

    it.each([
      [
        'a node that the editor does not have',
        { root: { type: 'root', version: 1, children: [{ type: 'upload', version: 1 }] } },
      ],
      ['text where a document belongs', 'You are …'],
    ])('should refuse %s, in a draft too', async (_what, prompt) => {
      const { body } = await post({ name: 'Broken', prompt }, { query: '?draft=true' }).expect(400)
      expect(messagesOf(body).prompt).toMatch(/editor/)
    })

    it('should refuse a prompt without end before reading it', async () => {
      const { body } = await post({ promptMarkdown: '*_'.repeat(40_000) }, { query: '?draft=true' }).expect(400)
      expect(messagesOf(body).prompt).toBe('The prompt is longer than 50,000 characters.')
    })
  })

  describe('publishing', () => {
    it('should fill in what makes a new agent work at once', async () => {
      const { body } = await post({ name: 'New', promptMarkdown: 'Hi', _status: 'published' }).expect(201)
      expect(body.doc).toMatchObject({
        kind: 'voice',
        _status: 'published',
        greeting: 'Hello, this is {{agent_name}}. How can I help you?',
        stt: { provider: expect.any(String) },
        llm: { provider: expect.any(String) },
        tts: { provider: expect.any(String) },
        turns: { bargeIn: true, silenceTimeoutSeconds: 30 },
        maxDurationSeconds: 1800,
        recording: false,
      })
    })

    it('should refuse unknown variables by name, and allow them in a draft', async () => {
      const data = { ...complete, promptMarkdown: 'Call {{customer_name}}', greeting: 'Hi {{nick name}}' }
      const { body } = await post(data).expect(400)
      expect(messagesOf(body).prompt).toContain('{{customer_name}}')
      expect(messagesOf(body).greeting).toContain('{{nick name}}')

      const draft = await post({ ...data, _status: 'draft' }, { query: '?draft=true' }).expect(201)
      const refused = await patch(draft.body.doc.id, { _status: 'published' }).expect(400)
      expect(messagesOf(refused.body).prompt).toContain('{{customer_name}}')
      const variables = [{ name: 'customer_name', default: 'dear customer' }]
      await patch(draft.body.doc.id, { _status: 'published', greeting: 'Hi', variables }).expect(200)
    })

    it('should refuse an unknown variable in a change to a live agent', async () => {
      const { id } = await create({})
      const { body } = await patch(id, { promptMarkdown: '{{typo}}' }).expect(400)
      expect(messagesOf(body).prompt).toContain('{{typo}}')
      expect((await get(id)).body.promptMarkdown).toBe(complete.promptMarkdown)
    })

    it('should name everything that is missing, and take a draft without it', async () => {
      const data = { stt: { provider: null }, llm: { provider: null }, tts: { provider: null } }
      const { body } = await post({ ...data, _status: 'published' }).expect(400)
      expect(Object.keys(messagesOf(body)).sort()).toEqual([
        'llm.provider',
        'name',
        'prompt',
        'stt.provider',
        'tts.provider',
      ])
      await post({ ...data, _status: 'draft' }).expect(201)
      await post(data, { query: '?draft=true' }).expect(201)
    })

    it('should ask an agent for email only for what it needs', async () => {
      const data = {
        name: 'Mail',
        kind: 'email',
        promptMarkdown: 'x',
        stt: { provider: null },
        tts: { provider: null },
      }
      await post({ ...data, llm: { provider: 'thinker' }, _status: 'published' }).expect(201)
      const { body } = await post({ ...data, llm: { provider: null }, _status: 'published' }).expect(400)
      expect(Object.keys(messagesOf(body))).toEqual(['llm.provider'])
    })

    it.each([
      ['stt.provider', { stt: { provider: 'nobody' } }],
      ['stt.provider', { stt: { provider: 'thinker' } }],
      ['fallback.tts.provider', { fallback: { tts: { provider: 'hearer' } } }],
      ['stt.language', { stt: { provider: 'hearer', language: 'not a language' } }],
      ['llm.temperature', { llm: { provider: 'thinker', temperature: 3 } }],
      ['turns.maxEndpointMs', { turns: { maxEndpointMs: 60_000 } }],
      ['maxDurationSeconds', { maxDurationSeconds: 0 }],
      ['variables.0.name', { variables: [{ name: 'has space' }] }],
      ['variables.0.name', { variables: [{ name: 'agent_name' }] }],
      ['variables.1.name', { variables: [{ name: 'twice' }, { name: 'twice' }] }],
    ])('should refuse a wrong %s: %j', async (path, data) => {
      const { body } = await post({ ...complete, ...data }).expect(400)
      expect(Object.keys(messagesOf(body))).toContain(path)
    })

    it('should say which provider cannot do what, and which can', async () => {
      const { body } = await post({ ...complete, stt: { provider: 'speaker' } }).expect(400)
      expect(messagesOf(body)['stt.provider']).toMatch(/^speaker cannot be used to understand speech\. Choose .*Hearer/)
    })
  })

  describe('drafts', () => {
    it('should leave the live agent alone, and take changes that do not say where they belong', async () => {
      const { id } = await create({ greeting: 'live' })
      await patch(id, { greeting: 'draft' }, { query: '?draft=true' }).expect(200)
      expect((await get(id)).body).toMatchObject({ greeting: 'live', _status: 'published' })

      const { body } = await patch(id, { name: 'Renamed' }).expect(200)
      expect(body.doc).toMatchObject({ name: 'Renamed', greeting: 'draft', _status: 'draft' })
      expect((await get(id)).body).toMatchObject({ name: complete.name, greeting: 'live', _status: 'published' })

      await patch(id, { _status: 'published' }).expect(200)
      expect((await get(id)).body).toMatchObject({ name: 'Renamed', greeting: 'draft', _status: 'published' })
    })

    it('should go live at once where there is no draft', async () => {
      const { id } = await create({ greeting: 'live' })
      await patch(id, { greeting: 'changed' }).expect(200)
      expect((await get(id)).body).toMatchObject({ greeting: 'changed', _status: 'published' })
    })
  })

  describe('access', () => {
    let editor: TestPerson
    let viewer: TestPerson
    let stranger: TestPerson
    beforeAll(async () => {
      editor = await addPerson(server, { tenant: owner.tenant, role: 'editor' })
      viewer = await addPerson(server, { tenant: owner.tenant, role: 'viewer' })
      stranger = await signUp(server, 'Eve')
    })

    it('should let editors write and viewers read', async () => {
      const { body } = await post(complete, { by: editor }).expect(201)
      await patch(body.doc.id, { name: 'By the editor' }, { by: editor }).expect(200)
      expect((await get(body.doc.id, { by: viewer }).expect(200)).body.name).toBe('By the editor')
      await post(complete, { by: viewer }).expect(403)
      expect([403, 404]).toContain((await patch(body.doc.id, { name: 'x' }, { by: viewer })).status)
    })

    it('should show another workspace nothing, drafts and versions included', async () => {
      const { id } = await create({})
      await get(id, { by: stranger }).expect(404)
      await get(id, { by: stranger, query: '?draft=true' }).expect(404)
      expect([403, 404]).toContain((await patch(id, { name: 'Mine' }, { by: stranger })).status)
      const versions = await request(server.url).get('/api/agents/versions').set(stranger.headers)
      expect(versions.body.docs ?? []).toEqual([])
      expect((await get(id)).body.name).toBe(complete.name)
    })
  })
})
