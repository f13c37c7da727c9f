import { readFileSync, readdirSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { findKeyRecord } from '../vault/index.ts'
import { flushKeyOutcomes, reportKeyOutcome } from '../key-health/index.ts'
import type { KeyOutcome } from '../key-health/index.ts'
import { providers as installed } from '../../plugins/index.ts'
import { ASKED_IDS, bootAttackRig } from './testing/attack-rig.ts'
import type { AttackRig, Side } from './testing/attack-rig.ts'

type Answer = { status: number; body: unknown; headers?: Record<string, string> }
/** What a provider was recorded to answer, by the part of the address that it answers there, and what that means. */
type Recorded = { provider: string; name: string; answers: Record<string, Answer>; verdict: string }

const read = <Content>(file: string): Content =>
  JSON.parse(readFileSync(new URL(`../../plugins/${file}`, import.meta.url), 'utf8')) as Content

const oneAnswer = (provider: string, part: string): Recorded[] =>
  read<(Answer & { name: string; verdict: string })[]>(`${provider}/fixtures/check-key.json`).map(
    ({ name, verdict, ...answer }) => ({ provider, name, answers: { [part]: answer }, verdict }),
  )

const DEEPGRAM: Record<string, string> = {
  projects: 'valid',
  invalidAuth: 'rejected',
  permissionsModern: 'limited',
  paymentRequired: 'out-of-credit',
  outOfOrder: 'unreachable',
}

const readDeepgram = (): Recorded[] =>
  Object.entries(read<Record<string, Answer>>('deepgram/fixtures/answers.json')).flatMap(([name, answer]) => {
    const verdict = DEEPGRAM[name]
    return verdict ? [{ provider: 'deepgram', name, answers: { ' /v1/projects\n': answer }, verdict }] : []
  })

type TelnyxFixture = { balance: Answer; application: Answer; expect: { status: string } }
const readTelnyx = (): Recorded[] =>
  readdirSync(new URL('../../plugins/telnyx/fixtures/check-key/', import.meta.url))
    .filter((file) => file.endsWith('.json'))
    .map((file) => {
      const fixture = read<TelnyxFixture>(`telnyx/fixtures/check-key/${file}`)
      const answers = { ' /v2/balance': fixture.balance, ' /v2/call_control_applications': fixture.application }
      return { provider: 'telnyx', name: file.replace('.json', ''), answers, verdict: fixture.expect.status }
    })

type ExaFixture = { name: string; verdict: string; team: Answer; search?: Answer }
const readExa = (): Recorded[] =>
  read<ExaFixture[]>('exa/fixtures/check-key.json').map(({ name, verdict, team, search }) => {
    const answers = { ' /websets/': team, ...(search && { ' /search': search }) }
    return { provider: 'exa', name, answers, verdict }
  })

/** What each answer means is held by the plugins' own tests: here one for each verdict of each provider. */
const firstOfEach = (recorded: Recorded[]): Recorded[] =>
  recorded.filter(({ verdict }, at) => recorded.findIndex((other) => other.verdict === verdict) === at)

const RECORDED: Recorded[] = [
  readDeepgram(),
  oneAnswer('openai', ' /v1/'),
  oneAnswer('cartesia', ' /voices'),
  readTelnyx(),
  readExa(),
].flatMap(firstOfEach)

let rig: AttackRig
beforeAll(async () => {
  rig = await bootAttackRig({ a: [], b: [] })
})
afterAll(() => rig?.close())
afterEach(() => {
  rig.hostile.behaviourFor.clear()
  rig.hostile.behaviour = { kind: 'accept' }
})

const replay = (answers: Record<string, Answer>) => {
  for (const [part, { status, body, headers }] of Object.entries(answers)) {
    rig.hostile.behaviourFor.set(part, { kind: 'replay', status, body, headers })
  }
}
const docOf = async ({ owner }: Side) =>
  (await rig.send({ as: owner.headers, path: '/user-api-keys' }).expect(200)).body.docs[0]
const test = ({ owner }: Side, provider: string) =>
  rig.send({ as: owner.headers, method: 'post', path: '/user-api-keys/validate', body: { provider } }).expect(200)

/** A tenant with a good key, taken again until its owner has made as many tests as one may in a minute. */
const sides = new Map<string, { side: Side; left: number }>()
async function sideFor(provider: string): Promise<Side> {
  const known = sides.get(provider)
  const taken = known && known.left > 0 ? known : { side: await rig.addSide([provider]), left: 9 }
  sides.set(provider, { ...taken, left: taken.left - 1 })
  return taken.side
}

describe('check 25: recorded answers of providers', () => {
  it('check 25: stand for every verdict of every kind of provider that can be asked', () => {
    const kindsOf = (ids: readonly string[]) =>
      new Set(installed.filter(({ id }) => ids.includes(id)).map(({ kinds }) => kinds[0]))
    expect(kindsOf(RECORDED.map(({ provider }) => provider))).toEqual(kindsOf(ASKED_IDS))
    for (const provider of new Set(RECORDED.map((recorded) => recorded.provider))) {
      const verdicts = RECORDED.filter((recorded) => recorded.provider === provider).map(({ verdict }) => verdict)
      expect([provider, verdicts]).toEqual([
        provider,
        expect.arrayContaining(['rejected', 'limited', 'out-of-credit', 'unreachable']),
      ])
    }
  })

  it.each(RECORDED.map((recorded) => [recorded.provider, recorded.name, recorded] as const))(
    'check 25: %s, %s: brings a good key into the one state that it means, and silence into none',
    async (provider, _name, { answers, verdict }) => {
      const side = await sideFor(provider)
      const before = (await docOf(side)).status
      replay(answers)
      const { body } = await test(side, provider)
      expect(body.check.status).toBe(verdict)
      const isSilence = verdict === 'unreachable' || verdict === 'unverified'
      const { status, isActive } = await docOf(side)
      expect(status).toBe(isSilence ? before : verdict)
      expect(isActive).toBe(status !== 'rejected')
      if (isSilence) return
      rig.hostile.behaviourFor.clear()
      await test(side, provider)
      expect((await docOf(side)).status).toBe(before)
    },
  )
})

describe('check 25: a key in use', () => {
  it('check 25: is not turned bad by limits, faults, time-outs and broken streams, however many', async () => {
    const side = await rig.addSide(['hostilellm'])
    const { payload } = rig.server
    const record = await findKeyRecord({ payload, tenant: side.tenant.id, provider: 'hostilellm' })
    if (!record) throw new Error('No key')
    const use = {
      payload,
      tenant: side.tenant.id,
      provider: 'hostilellm',
      credentialId: record.credentialId,
      purpose: 'call',
    }
    const report = async (outcome: KeyOutcome, version = 1) => {
      reportKeyOutcome({ ...use, version, outcome, at: Date.now() + 1_000 })
      await flushKeyOutcomes(payload)
      return (await docOf(side)).status
    }
    for (const outcome of ['rate-limited', 'unreachable', 'timeout', 'closed', 'invalid-request', 'failed'] as const) {
      for (let count = 0; count < 5; count += 1) expect([outcome, await report(outcome)]).toEqual([outcome, 'valid'])
    }
    // What is said of a version that is no longer, or not yet, in use says nothing of this one.
    expect(await report('rejected', 2)).toBe('valid')
    expect(await report('rejected', 0)).toBe('valid')
    expect(await report('rejected')).toBe('rejected')
  })

  it('check 25: is kept where the provider is down while it is stored, and refused where it says so', async () => {
    const { owner } = await rig.addSide([])
    const store = (provider: string) =>
      rig.send({
        as: owner.headers,
        method: 'post',
        path: '/user-api-keys/store',
        body: { provider, apiKey: 'attack-0123456789abcdef' },
      })
    for (const [provider, status] of [
      ['hostilellm', 429],
      ['hostilestt', 500],
      ['hostiletts', 503],
    ] as const) {
      rig.hostile.behaviour = { kind: 'replay', status, body: {} }
      expect((await store(provider).expect(201)).body.doc.status).toBe('unverified')
    }
    rig.hostile.behaviour = { kind: 'replay', status: 401, body: {} }
    expect((await store('hostilephone').expect(422)).body.code).toBe('key_rejected')
  })
})
