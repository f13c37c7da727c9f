import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { bootAttackRig } from './testing/attack-rig.ts'
import type { AttackRig, Method, Side } from './testing/attack-rig.ts'
import { createCanary } from './testing/canaries.ts'
import type { HostileBehaviour } from './testing/hostile-provider.ts'
import { wholeAnswer } from './testing/responses.ts'
import { readDisk } from './testing/scan-database.ts'

jest.setTimeout(180_000)

/** Tests, stores, replaces and tests again keys of SerpAPI, whose protocol puts them into the query. @returns all that came back */
async function provoke(rig: AttackRig, { owner }: Side): Promise<string> {
  const answers: string[] = []
  const send = async (method: Method, path: string, body?: object) => {
    answers.push(wholeAnswer(await rig.send({ as: owner.headers, method, path: `/user-api-keys${path}`, body })))
  }
  const fresh = () => {
    const apiKey = createCanary('serpapi')
    rig.addCanary('serpapi', apiKey)
    return { provider: 'serpapi', apiKey }
  }
  await send('post', '/validate', fresh())
  await send('post', '/store', fresh())
  const { apiKey } = fresh()
  await send('put', '/serpapi', { apiKey })
  await send('post', '/validate', { provider: 'serpapi' })
  for (const path of ['', '/serpapi/usage', '/serpapi/history', '/serpapi/impact']) await send('get', path)
  for (const path of [
    '/provider-keys?depth=3',
    '/audit-log?limit=0&depth=3',
    '/audit-log/export?format=csv',
    '/alerts?limit=0',
  ]) {
    answers.push(wholeAnswer(await rig.send({ as: owner.headers, path })))
  }
  await send('delete', '/serpapi?confirm=true')
  return answers.join('\n')
}

const WAYS: [string, HostileBehaviour][] = [
  ['answers well, and with the key in every field', { kind: 'echo', status: 200 }],
  ['refuses the key, and repeats it', { kind: 'echo', status: 401 }],
  ['says who was deleted', { kind: 'echo', status: 403 }],
  ['counts, and repeats the key', { kind: 'echo', status: 429 }],
  ['fails, and repeats the key', { kind: 'echo', status: 500 }],
  ['is out of order, and repeats the key', { kind: 'echo', status: 503 }],
  ['redirects, with the key in the address', { kind: 'redirect', status: 302, location: 'ELSEWHERE/?{query}' }],
  ['redirects for good, with the key in the path', { kind: 'redirect', status: 308, location: 'ELSEWHERE/{query}' }],
  ['redirects to itself', { kind: 'redirect', status: 301, location: '/account.json?{query}' }],
  ['resets the connection', { kind: 'reset' }],
  ['breaks off', { kind: 'cut' }],
  ['never ends', { kind: 'huge' }],
]

describe('check 18: SerpAPI itself', () => {
  let rig: AttackRig
  beforeAll(async () => {
    rig = await bootAttackRig({ a: [], b: [] })
  })
  afterAll(() => rig?.close())

  it.each(WAYS)(
    'check 18: that %s, brings its key into nothing that is answered, logged or kept',
    async (_what, behaviour) => {
      const side = await rig.addSide([])
      rig.hostile.behaviour =
        behaviour.kind === 'redirect'
          ? { ...behaviour, location: behaviour.location.replace('ELSEWHERE', rig.elsewhere.url) }
          : behaviour
      const since = rig.hostile.requests.length
      const answers = await provoke(rig, side)
      // It did come in the query, and SerpAPI did get it.
      expect(rig.scan(rig.hostile.requests.slice(since).join('\n'))).not.toEqual([])
      expect(rig.hostile.requests.slice(since).every((text) => text.startsWith('GET /account.json?api_key='))).toBe(
        true,
      )
      expect(rig.scan(answers)).toEqual([])
      expect(rig.elsewhere.requests).toEqual([])
      expect(rig.scanLog()).toEqual([])
    },
  )

  it('check 18: leaves none of it in the database', async () => {
    for (const bytes of Object.values(await readDisk(rig.server))) expect(rig.scan(bytes)).toEqual([])
  })
})

describe('check 18: SerpAPI that cannot be found', () => {
  it.each([
    ['has no address', 'http://serpapi.invalid'],
    ['takes no connection', 'http://127.0.0.1:1'],
    ['speaks no TLS', 'https://127.0.0.1:1'],
  ])('check 18: because it %s, brings its key into nothing', async (_what, origin) => {
    const rig = await bootAttackRig({ a: [], b: [], environment: { baseUrls: { serpapi: origin } } })
    try {
      const answers = await provoke(rig, rig.a)
      expect(answers).toContain('unreachable')
      expect(rig.scan(answers)).toEqual([])
      expect(rig.scanLog()).toEqual([])
      for (const bytes of Object.values(await readDisk(rig.server))) expect(rig.scan(bytes)).toEqual([])
    } finally {
      await rig.close()
    }
  })
})
