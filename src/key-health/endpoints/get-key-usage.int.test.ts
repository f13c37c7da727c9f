import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import request from 'supertest'
import { addPerson, signUp } from '../../testing/people.ts'
import type { TestPerson } from '../../testing/people.ts'
import type { KeyRecord } from '../../vault/index.ts'
import { flushKeyOutcomes, reportKeyOutcome } from '../index.ts'
import { PLAIN, TELLING, bootHealthRig, storeKey } from '../testing/health-rig.ts'
import type { HealthRig } from '../testing/health-rig.ts'

const [ALFA] = PLAIN
const DAY_MS = 24 * 3_600_000

let rig: HealthRig
beforeAll(async () => {
  rig = await bootHealthRig()
})
afterAll(async () => rig?.close())

const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString()

describe('GET /api/user-api-keys/:provider/usage', () => {
  let owner: TestPerson
  let key: KeyRecord
  beforeAll(async () => {
    const { payload, server } = rig
    owner = await signUp(server)
    key = await storeKey({
      payload,
      tenant: owner.tenant.id,
      provider: TELLING,
      apiKey: 'money-key-000001',
      fields: {
        balanceSamples: {
          unit: 'USD',
          since: inDays(-2),
          samples: [40, 35, 30].map((balance, index) => ({ at: inDays(-2 + index / 2), balance })),
        },
      },
    })
    const { tenant, provider, credentialId, version } = key
    const report = (outcome: 'ok' | 'closed' | 'timeout', days: number, callId?: string) => {
      const at = Date.now() + days * DAY_MS
      reportKeyOutcome({ payload, tenant, provider, credentialId, version, purpose: 'call', outcome, at, callId })
    }
    report('ok', 0, 'one')
    report('ok', 0, 'one')
    report('closed', 0, 'two')
    report('ok', -3, 'three')
    report('timeout', -40)
    await flushKeyOutcomes(payload)
    const use = (quantity: number, unit: string, id = credentialId) =>
      payload.create({
        collection: 'usage',
        overrideAccess: true,
        data: { tenant, provider, kind: 'llm', quantity, unit, credentialId: id },
      })
    await use(0.1, 'seconds')
    await use(0.2, 'seconds')
    await use(1_000, 'output-tokens')
    await use(7, 'seconds', 'cred_of_somebody_else')
  })

  const get = (path: string, person: Pick<TestPerson, 'headers'> = owner) =>
    request(rig.server.url).get(`/api/user-api-keys/${path}`).set(person.headers)

  it('should sum up every day, those without an entry too', async () => {
    const { body } = await get(`${TELLING}/usage?days=5`).expect(200)
    const today = new Date().toISOString().slice(0, 10)
    expect(body.days.map(({ day }: { day: string }) => day)).toEqual(
      [4, 3, 2, 1, 0].map((ago) => inDays(-ago).slice(0, 10)),
    )
    const empty = { uses: 0, failures: {}, calls: 0, quantities: [] }
    expect(body.days[0]).toEqual({ day: inDays(-4).slice(0, 10), ...empty })
    expect(body.days[1]).toMatchObject({ uses: 1, calls: 1 })
    const quantities = [
      { kind: 'llm', unit: 'output-tokens', quantity: 1_000 },
      { kind: 'llm', unit: 'seconds', quantity: 0.3 },
    ]
    expect(body.days[4]).toEqual({ day: today, uses: 3, failures: { closed: 1 }, calls: 2, quantities })
    expect(body.totals).toEqual({
      uses: 4,
      failed: 1,
      successRate: 0.75,
      calls: 3,
      failures: { closed: 1 },
      quantities,
    })
    expect(body.balance).toMatchObject({ current: 30, unit: 'USD', daysToEmpty: 3 })
    expect(body.balance.samples).toHaveLength(3)
  })

  it('should take 30 days by default and refuse what is no number of days', async () => {
    const { body } = await get(`${TELLING}/usage`).expect(200)
    expect(body.days).toHaveLength(30)
    expect(body.totals.failures).toEqual({ closed: 1 })
    const all = await get(`${TELLING}/usage?days=366`).expect(200)
    expect(all.body.totals).toMatchObject({ uses: 5, failures: { closed: 1, timeout: 1 } })
    for (const days of ['0', '367', '-1', '1.5', 'x', '']) {
      await get(`${TELLING}/usage?days=${days}`).expect(400)
    }
  })

  it('should be for owners and editors of the workspace alone', async () => {
    const editor = await addPerson(rig.server, { tenant: owner.tenant, role: 'editor' })
    const viewer = await addPerson(rig.server, { tenant: owner.tenant, role: 'viewer' })
    const stranger = await signUp(rig.server, 'Eve')
    await get(`${TELLING}/usage`, editor).expect(200)
    await get(`${TELLING}/usage`, viewer).expect(403)
    await get(`${TELLING}/usage`, stranger).expect(404)
    const foreign = { headers: { ...stranger.headers, 'X-Tenant': String(owner.tenant.id) } }
    const { status } = await get(`${TELLING}/usage`, foreign)
    expect([403, 404]).toContain(status)
    expect((await request(rig.server.url).get(`/api/user-api-keys/${TELLING}/usage`)).status).toBe(401)
  })

  it('should be unknown of a provider without a key, and of none', async () => {
    await get(`${ALFA}/usage`).expect(404)
    await get('nobody/usage').expect(404)
  })

  it('should be empty of a key that was never used', async () => {
    const { payload } = rig
    await storeKey({ payload, tenant: owner.tenant.id, provider: ALFA, apiKey: 'alfa-key-999999' })
    const { body } = await get(`${ALFA}/usage?days=1`).expect(200)
    expect(body.totals).toEqual({ uses: 0, failed: 0, successRate: null, calls: 0, failures: {}, quantities: [] })
    expect(body.balance).toBeNull()
  })

  it("should be beside a key's document, with what else is known of its health", async () => {
    const { body } = await request(rig.server.url).get('/api/user-api-keys').set(owner.headers).expect(200)
    expect(body.docs.find(({ provider }: { provider: string }) => provider === TELLING)).toMatchObject({
      lastSucceededAt: expect.any(String),
      lastFailedAt: expect.any(String),
      lastFailureKind: 'closed',
      nextProbeAt: null,
      daysToEmpty: 3,
    })
  })
})
