import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { bootAttackRig } from './testing/attack-rig.ts'
import type { AttackRig, Headers } from './testing/attack-rig.ts'
import { createCanary } from './testing/canaries.ts'
import type { HostileBehaviour } from './testing/hostile-provider.ts'

/** What a check may take, and what the machine may add to it. */
const DEADLINE_MS = 8_000
const TOLERANCE_MS = 3_000
/** Beyond what one bounded body and the buffers of two sockets hold. */
const MAX_BYTES = 16 * 1024 * 1024

let rig: AttackRig
beforeAll(async () => {
  rig = await bootAttackRig({ a: ['hostilellm'], b: ['hostilellm'] })
})
afterAll(() => rig?.close())
afterEach(() => {
  rig.hostile.behaviour = { kind: 'accept' }
  rig.hostile.behaviourFor.clear()
})

const validate = (as: Headers, apiKey: string, more: Headers = {}) =>
  rig.send({
    as: { ...as, ...more },
    method: 'post',
    path: '/user-api-keys/validate',
    body: { provider: 'hostilellm', apiKey },
  })

describe('check 24: the endpoint that tests a key', () => {
  it('check 24: ends in time, with bounded memory and one text, whatever the network does', async () => {
    const ways: [string, HostileBehaviour][] = [
      ['silent', { kind: 'silent' }],
      ['drip', { kind: 'drip' }],
      ['cut', { kind: 'cut' }],
      ['huge', { kind: 'huge' }],
      ['busy', { kind: 'replay', status: 429, body: {} }],
      ['down', { kind: 'replay', status: 503, body: 'Internal host 10.0.0.7:5432 refused' }],
    ]
    const sent = rig.hostile.bytesSent
    const answers = await Promise.all(
      ways.map(async ([name, behaviour]) => {
        const key = `${name}-${createCanary('hostilellm')}`
        rig.hostile.behaviourFor.set(`Bearer ${name}-`, behaviour)
        const started = performance.now()
        const { body } = await validate(rig.people['owner of A'], key).expect(200)
        return { name, check: body.check, tookMs: performance.now() - started }
      }),
    )
    for (const { name, check, tookMs } of answers) {
      expect([name, tookMs < DEADLINE_MS + TOLERANCE_MS]).toEqual([name, true])
      expect([name, check.status]).toEqual([
        name,
        name === 'huge' || name === 'cut' ? expect.stringMatching(/^un(reachable|verified)$/) : 'unreachable',
      ])
      expect(check.metadata).toEqual({})
      expect(JSON.stringify(check)).not.toMatch(/10\.0\.0|5432|ECONN|ENOTFOUND|ETIMEDOUT/)
    }
    const texts = new Set(
      answers.filter(({ check }) => check.status === 'unreachable').map(({ check }) => check.message),
    )
    expect(texts.size).toBe(1)
    expect(rig.hostile.bytesSent - sent).toBeLessThan(MAX_BYTES)
    // A connection that a provider holds open is let go by us.
    const open = await rig.hostile.connections()
    expect(open).toBeLessThanOrEqual(ways.length)
  })

  it('check 24: follows nobody to another place, by any redirect', async () => {
    const targets = [
      `${rig.elsewhere.url}/stolen`,
      'http://169.254.169.254/latest/meta-data/',
      'http://[::1]:22/',
      'file:///etc/passwd',
      '//evil.example/',
      rig.server.url,
    ]
    for (const status of [301, 302, 303, 307, 308]) {
      const { owner } = await rig.addSide([])
      for (const location of targets) {
        rig.hostile.behaviour = { kind: 'redirect', status, location }
        const { body } = await validate(owner.headers, createCanary('hostilellm')).expect(200)
        expect(['unreachable', 'unverified']).toContain(body.check.status)
        expect(JSON.stringify(body)).not.toMatch(/169\.254|evil|passwd|stolen/)
      }
    }
    expect(rig.elsewhere.requests).toEqual([])
  })

  it('check 24: is limited per person and workspace, whatever address they claim, over all of its doors', async () => {
    const { owner } = await rig.addSide(['hostilellm'])
    const limited: number[] = []
    for (let count = 0; count < 26; count += 1) {
      const body = { provider: 'hostilellm', apiKey: createCanary('hostilellm') }
      const disguise = {
        'X-Forwarded-For': `203.0.113.${count}`,
        'X-Real-IP': `203.0.113.${count}`,
        'User-Agent': `a${count}`,
      }
      const as = { ...owner.headers, ...disguise }
      const answer =
        count % 2 === 0
          ? await rig.send({ as, method: 'post', path: '/user-api-keys/validate', body })
          : await rig.send({ as, method: 'put', path: '/user-api-keys/hostilellm', body: { apiKey: body.apiKey } })
      if (answer.status === 429) {
        limited.push(count)
        expect(answer.body.code).toBe('too_many_checks')
        expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
      }
    }
    expect(limited.length).toBeGreaterThanOrEqual(6)
    const before = rig.hostile.requests.length
    await rig
      .send({
        as: owner.headers,
        method: 'post',
        path: '/ai-config',
        body: { provider: 'openai', apiKey: createCanary('openai') },
      })
      .expect(429)
    await rig
      .send({ as: owner.headers, method: 'post', path: '/user-api-keys/hostilellm/rollback', body: {} })
      .expect(429)
    expect(rig.hostile.requests.length).toBe(before)
    // Nobody else is held up.
    await validate(rig.people['owner of B'], createCanary('hostilellm')).expect(200)
  })
})
