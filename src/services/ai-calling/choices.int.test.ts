import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import request from 'supertest'
import { readToneCharacters } from '../../../simulators/tone-speech/index.ts'
import { encodeMulaw } from '../../provider-kit/index.ts'
import { createCallRig } from '../../testing/call-rig.ts'
import type { CallRig, Workspace } from '../../testing/call-rig.ts'
import { addPerson, signUp } from '../../testing/people.ts'

const WAV_HEADER_BYTES = 44

/** What a preview says, read from its samples. */
function spokenIn(wav: Buffer): string {
  const pcm = wav.subarray(WAV_HEADER_BYTES)
  const mulaw = Buffer.from(Array.from({ length: pcm.length / 2 }, (_, at) => encodeMulaw(pcm.readInt16LE(at * 2))))
  return readToneCharacters(mulaw, 'mulaw')
    .map(({ char }) => char)
    .join('')
    .trim()
}

describe('what an agent can be given', () => {
  let rig: CallRig
  let workspace: Workspace
  beforeAll(async () => {
    rig = await createCallRig()
    workspace = rig.workspaces[0] as Workspace
  })
  afterAll(() => rig?.close())

  const preview = (body: object, provider = 'elevenlabs') =>
    workspace
      .as('post', `/api/providers/${provider}/voices/preview`)
      .send(body)
      .buffer(true)
      .parse((response, done) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => done(null, Buffer.concat(chunks)))
      })

  it('should list the models that the key may use', async () => {
    const { body } = await workspace.as('get', '/api/providers/openai/models?capability=llm').expect(200)
    expect(body).toMatchObject({ source: 'account', default: expect.any(String) })
    expect(body.docs.length).toBeGreaterThan(0)
    expect(JSON.stringify(body)).not.toContain(workspace.keys.openai)
    const { requests } = rig.openai
    const asked = () => requests.filter(({ path }) => path === '/v1/models').length
    const before = asked()
    await workspace.as('get', '/api/providers/openai/models').expect(200)
    expect(asked()).toBe(before)
  })

  it('should list the voices that the key may speak with', async () => {
    const { body } = await workspace.as('get', '/api/providers/elevenlabs/voices').expect(200)
    expect(body).toMatchObject({ source: 'account', default: expect.any(String) })
    expect(body.docs[0]).toMatchObject({ id: expect.any(String), name: expect.any(String) })
  })

  it('should list what is known where there is no key yet', async () => {
    const { headers } = await signUp(rig.server)
    const ask = (path: string) => request(rig.server.url).get(`/api/providers/${path}`).set(headers).expect(200)
    expect((await ask('openai/models')).body).toMatchObject({ source: 'catalogue', isKeyMissing: true })
    expect((await ask('deepgram/models?capability=stt')).body.docs.length).toBeGreaterThan(0)
    const { body } = await ask('elevenlabs/voices')
    expect(body.docs).toEqual([{ id: body.default, name: body.default }])
  })

  it('should speak a preview as callers hear it', async () => {
    const { body, headers } = await preview({ text: 'good morning' }).expect(200)
    expect(headers['content-type']).toBe('audio/wav')
    expect(headers['cache-control']).toBe('no-store')
    expect(spokenIn(body)).toBe('good morning')
  })

  it('should tell the failure of the provider as its own', async () => {
    const { body } = await preview({ voice: 'no-such-voice' })
    expect(JSON.parse(String(body))).toMatchObject({ code: 'provider_refused', provider: 'elevenlabs' })
  })

  it('should not ask a provider that fails without end', async () => {
    rig.openai.setFault('server-error')
    await workspace.as('put', '/api/user-api-keys/openai').send({ apiKey: workspace.keys.openai })
    const statuses = []
    for (let count = 0; count < 14; count++) {
      statuses.push((await workspace.as('get', '/api/providers/openai/models')).status)
    }
    rig.openai.setFault(undefined)
    expect(new Set(statuses)).toEqual(new Set([502, 429]))
    expect(statuses.at(-1)).toBe(429)
  })

  it('should ask for the key that is missing, and where to enter it', async () => {
    const { headers } = await signUp(rig.server)
    const { body } = await request(rig.server.url)
      .post('/api/providers/elevenlabs/voices/preview')
      .set(headers)
      .send({})
      .expect(409)
    expect(body).toMatchObject({
      code: 'missing_keys',
      missingProviders: ['elevenlabs'],
      setupUrl: '/admin/settings/api-keys',
    })
  })

  it('should let nobody but owners and editors spend the key', async () => {
    const tenant = {
      id: Number.isNaN(Number(workspace.tenantId)) ? workspace.tenantId : Number(workspace.tenantId),
      slug: '',
    }
    const viewer = await addPerson(rig.server, { tenant, role: 'viewer' })
    const editor = await addPerson(rig.server, { tenant, role: 'editor' })
    const list = (headers: Record<string, string>) =>
      request(rig.server.url).get('/api/providers/elevenlabs/voices').set(headers)
    await list({}).expect(401)
    await list(viewer.headers).expect(403)
    await list(editor.headers).expect(200)
    const stranger = await signUp(rig.server)
    await list({ ...stranger.headers, 'X-Tenant': workspace.tenantId }).expect(404)
  })

  it.each([
    ['a provider that does not speak', 'get', '/api/providers/telnyx/voices', 404],
    ['a provider that is none', 'get', '/api/providers/nobody/models', 404],
    ['a capability that is none', 'get', '/api/providers/openai/models?capability=telepathy', 400],
    ['a text without end', 'post', '/api/providers/elevenlabs/voices/preview', 400],
  ] as const)('should refuse %s', async (_what, method, path, status) => {
    const sent = workspace.as(method, path)
    await (method === 'post' ? sent.send({ text: 'a'.repeat(201) }) : sent).expect(status)
  })
})
