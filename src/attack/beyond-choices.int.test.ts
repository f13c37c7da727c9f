import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { compositionOf } from '../composition.ts'
import { USERS } from '../collections/slugs.ts'
import { addPerson } from '../testing/people.ts'
import { bodyFor, bootAttackRig, ROLES, SHIPPED_IDS } from './testing/attack-rig.ts'
import type { AttackRig, Headers, Role, Side } from './testing/attack-rig.ts'
import { createCanary } from './testing/canaries.ts'
import { wholeAnswer } from './testing/responses.ts'
import { readDisk } from './testing/scan-database.ts'

jest.setTimeout(180_000)

const DOORS = [
  ['get', '/providers/elevenlabs/voices', undefined],
  ['get', '/providers/openai/models?capability=llm', undefined],
  ['post', '/providers/elevenlabs/voices/preview', { text: 'Hello' }],
] as const

let rig: AttackRig
beforeAll(async () => {
  rig = await bootAttackRig({ a: ['elevenlabs', 'openai'], b: ['openai'] })
})
afterAll(() => rig?.close())
afterEach(() => {
  rig.hostile.behaviour = { kind: 'accept' }
  rig.hostile.behaviourFor.clear()
})

type Door = { as: Headers; tenant?: string | number }

const voices = ({ as, tenant }: Door) => rig.send({ as, tenant, path: '/providers/elevenlabs/voices' })
const models = ({ as, tenant }: Door) => rig.send({ as, tenant, path: '/providers/openai/models' })
const preview = ({ as, tenant }: Door, body: object = { text: 'Hello' }) =>
  rig.send({ as, tenant, method: 'post', path: '/providers/elevenlabs/voices/preview', body })
const put = ({ owner }: Side, provider: string, secret: string) =>
  rig.send({ as: owner.headers, method: 'put', path: `/user-api-keys/${provider}`, body: bodyFor(provider, secret) })
/** Requests that carried a secret since the given one. */
const paidBy = (secret: string | undefined, since: number) =>
  rig.hostile.requests.slice(since).filter((text) => text.includes(secret ?? '-'))
/** Lets the provider list one voice and one model to whoever brings that key. */
const lists = (secret: string | undefined, name: string) =>
  rig.hostile.behaviourFor.set(secret ?? '-', {
    kind: 'replay',
    status: 200,
    body: {
      tier: 'creator',
      character_count: 1,
      character_limit: 1_000,
      voices: [{ voice_id: name, name: `Voice ${name}` }],
      data: [{ id: `gpt-${name}` }],
    },
  })

describe('beyond: what an agent can be given', () => {
  const EXPECTED: Record<Role, number> = {
    'owner of A': 200,
    'editor of A': 200,
    'viewer of A': 403,
    'owner of B': 404,
    'machine of B': 404,
    'member of both': 403,
    'platform admin': 403,
    stranger: 404,
    anonymous: 401,
  }

  it.each(DOORS)(
    'beyond: %s %s opens to nobody but owners and editors, and spends no key for others',
    async (...door) => {
      const [method, path, body] = door
      for (const role of ROLES.filter((name) => EXPECTED[name] !== 200)) {
        const since = rig.hostile.requests.length
        const answer = await rig.send({ as: rig.people[role], method, path, body, tenant: rig.a.tenant.slug })
        expect([role, answer.status]).toEqual([role, EXPECTED[role]])
        expect(rig.hostile.requests.slice(since)).toEqual([])
        expect(rig.scan(wholeAnswer(answer))).toEqual([])
      }
      if (method === 'post') return
      for (const role of ROLES.filter((name) => EXPECTED[name] === 200)) {
        const answer = await rig.send({ as: rig.people[role], method, path, tenant: rig.a.tenant.slug })
        expect([role, answer.status, rig.scan(wholeAnswer(answer))]).toEqual([role, 200, []])
      }
    },
  )

  it('beyond: nothing in the address names another workspace or provider than the one that is meant', async () => {
    const as = rig.people['owner of B']
    const { id, slug } = rig.a.tenant
    const since = rig.hostile.requests.length
    for (const headers of [
      { Cookie: `payload-tenant=${id}` },
      { 'X-Tenant-Id': String(id) },
      { 'X-Forwarded-Host': slug },
    ] as Headers[]) {
      const answer = await voices({ as: { ...as, ...headers } }).expect(200)
      expect(answer.body).toMatchObject({ source: 'catalogue', isKeyMissing: true })
    }
    for (const name of ['elevenlabs%2f..%2fopenai', '__proto__', 'constructor', '..', 'ELEVENLABS', 'elevenlabs%00']) {
      const answer = await rig.send({ as, path: `/providers/${name}/voices?tenant=${id}` })
      expect([name, answer.status]).toEqual([name, 404])
    }
    for (const capability of ['__proto__', 'telephony', 'constructor', 'llm&capability=stt', 'LLM']) {
      const answer = await rig.send({ as, path: `/providers/openai/models?capability=${capability}` })
      expect([capability, answer.status]).toEqual([capability, 400])
    }
    expect(paidBy(rig.a.keys.elevenlabs, since)).toEqual([])
    expect(paidBy(rig.a.keys.openai, since)).toEqual([])
  })

  it('beyond: whoever writes for two workspaces makes no key of one speak while acting in the other', async () => {
    const person = await addPerson(rig.server, { tenant: rig.a.tenant, role: 'owner' })
    const memberships = [rig.a, rig.b].map(({ tenant }) => ({ tenant: tenant.id, role: 'owner' }))
    await rig.server.payload.update({ collection: USERS, id: person.id, overrideAccess: true, data: { memberships } })
    const cookie = (side: Side) => ({ ...person.headers, Cookie: `payload-tenant=${side.tenant.id}` })
    expect((await preview({ as: person.headers })).body.code).toBe('tenant_required')

    const since = rig.hostile.requests.length
    for (const tenant of [rig.b.tenant.slug, rig.b.tenant.id]) {
      const refused = await preview({ as: cookie(rig.a), tenant }).expect(409)
      expect(refused.body).toMatchObject({ code: 'missing_keys', missingProviders: ['elevenlabs'] })
      expect((await voices({ as: cookie(rig.a), tenant }).expect(200)).body.source).toBe('catalogue')
    }
    await preview({ as: person.headers, tenant: rig.b.tenant.slug }, { text: 'Hi', tenant: rig.a.tenant.id }).expect(
      400,
    )
    expect(paidBy(rig.a.keys.elevenlabs, since)).toEqual([])
    await models({ as: cookie(rig.a), tenant: rig.b.tenant.slug }).expect(200)
    expect(paidBy(rig.b.keys.openai, since).length).toBeGreaterThan(0)
    expect(paidBy(rig.a.keys.openai, since)).toEqual([])
  })
})

describe('beyond: what was listed for one key', () => {
  const idsOf = (answer: { body: { docs: { id: string }[] } }) => answer.body.docs.map(({ id }) => id)

  it('beyond: is shown to no other workspace, and not for the key that comes after it', async () => {
    const one = await rig.addSide(['elevenlabs', 'openai'])
    const other = await rig.addSide(['elevenlabs', 'openai'])
    const as = one.owner.headers
    lists(one.keys.elevenlabs, 'one')
    lists(one.keys.openai, 'one')
    expect(idsOf(await voices({ as }))).toEqual(['one'])
    expect(idsOf(await models({ as }))).toEqual(['gpt-one'])

    lists(other.keys.elevenlabs, 'other')
    lists(other.keys.openai, 'other')
    expect(idsOf(await voices({ as: other.owner.headers }))).toEqual(['other'])
    expect(idsOf(await models({ as: other.owner.headers }))).toEqual(['gpt-other'])

    const second = createCanary('elevenlabs')
    rig.addCanary('second', second)
    lists(second, 'second')
    await put(one, 'elevenlabs', second).expect(200)
    expect(idsOf(await voices({ as }))).toEqual(['second'])
    await rig.send({ as, method: 'post', path: '/user-api-keys/elevenlabs/rollback', body: {} }).expect(200)
    expect(idsOf(await voices({ as }))).toEqual(['one'])

    await rig.send({ as, method: 'delete', path: '/user-api-keys/elevenlabs?confirm=true' }).expect(200)
    const { body } = await voices({ as }).expect(200)
    expect(body).toMatchObject({ source: 'catalogue', isKeyMissing: true })
    expect(JSON.stringify(body)).not.toMatch(/second|Voice one/)
  })

  it('beyond: is not asked for again with a key that was refused, nor does that key speak', async () => {
    const side = await rig.addSide(['elevenlabs'])
    const as = side.owner.headers
    rig.hostile.behaviour = { kind: 'replay', status: 401, body: { detail: { status: 'invalid_api_key' } } }
    await rig.send({ as, method: 'post', path: '/user-api-keys/validate', body: { provider: 'elevenlabs' } })
    rig.hostile.behaviour = { kind: 'accept' }
    const since = rig.hostile.requests.length
    expect((await voices({ as }).expect(409)).body.code).toBe('missing_keys')
    expect((await preview({ as }).expect(409)).body.code).toBe('missing_keys')
    expect(rig.hostile.requests.slice(since)).toEqual([])
  })
})

describe('beyond: a provider that gives keys back while it lists and speaks', () => {
  it('beyond: shows them to nobody, whatever it answers', async () => {
    const { registry } = compositionOf(rig.server.payload)
    const able = (capability: 'tts' | 'llm') =>
      registry.withCapability(capability).flatMap(({ id }) => (SHIPPED_IDS.includes(id) ? [id] : []))
    const ids = [...new Set([...able('tts'), ...able('llm')])]
    expect(ids.length).toBeGreaterThan(5)
    rig.hostile.behaviour = { kind: 'accept' }
    const side = await rig.addSide(ids)
    const as = side.owner.headers
    const answers: string[] = []
    for (const status of [200, 401, 429, 500]) {
      rig.hostile.behaviour = { kind: 'echo', status }
      const doors = [
        ...able('tts').map((id) => ['get', `/providers/${id}/voices`] as const),
        ...able('llm').map((id) => ['get', `/providers/${id}/models`] as const),
        ...(status === 200 || status === 401 ? able('tts') : []).map(
          (id) => ['post', `/providers/${id}/voices/preview`] as const,
        ),
      ]
      const sent = doors.map(([method, path]) =>
        rig.send({ as, method, path, body: method === 'post' ? { text: 'Hello' } : undefined }),
      )
      answers.push(...(await Promise.all(sent)).map(wholeAnswer))
      // A refused key would be asked no more.
      for (const id of ids) {
        rig.hostile.behaviour = { kind: 'accept' }
        if (status === 401) await put(side, id, side.keys[id] ?? '')
      }
    }
    const given = rig.scan(rig.hostile.requests.join('\n')).map((found) => found.split(' ').at(2)?.replace(',', ''))
    expect(ids.filter((id) => !given.includes(id))).toEqual([])
    for (const answer of answers) expect(rig.scan(answer)).toEqual([])
    for (const path of ['/audit-log?limit=0', '/user-api-keys', '/alerts?limit=0']) {
      expect([path, rig.scan((await rig.send({ as, path })).text)]).toEqual([path, []])
    }
    expect(rig.scanLog()).toEqual([])
    for (const bytes of Object.values(await readDisk(rig.server))) expect(rig.scan(bytes)).toEqual([])
  })

  it('beyond: gets no request at another address by the name of a voice or a model', async () => {
    const side = await rig.addSide(['elevenlabs', 'deepgram'])
    const as = side.owner.headers
    const since = rig.hostile.requests.length
    for (const name of [
      '..',
      '../../v1/user',
      '..%2f..%2fv1%2fuser',
      'x?xi-api-key=1#',
      'x\r\nHost: evil.example',
      '//evil.example/',
      'http://evil.example',
    ]) {
      for (const provider of ['elevenlabs', 'deepgram']) {
        const path = `/providers/${provider}/voices/preview`
        const body = { voice: name, model: name, language: 'en', text: 'Hi' }
        const sent = rig.send({ as, method: 'post', path, body })
        rig.hostile.behaviour = { kind: 'echo', status: 400 }
        expect(rig.scan(wholeAnswer(await sent))).toEqual([])
      }
    }
    for (const text of rig.hostile.requests.slice(since)) {
      const [line = ''] = text.split('\n')
      const { pathname } = new URL(line.split(' ')[1] ?? '', 'http://x')
      expect(line).not.toMatch(/#|\/\/evil/)
      expect(pathname).toMatch(/^\/v1\/(text-to-speech\/[^/]+\/(multi-)?stream-input|speak)$/)
      expect(text).not.toMatch(/^Host: evil/m)
    }
    expect(rig.scanLog()).toEqual([])
  })
})
