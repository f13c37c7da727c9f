import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createProviderPace } from '../jobs/provider-pace.ts'
import { probeDueKeys } from '../jobs/probe-keys.ts'
import { destroyCredential, replaceCredential } from '../vault/index.ts'
import type { KeyRecord } from '../vault/index.ts'
import { flushKeyOutcomes, reportKeyOutcome } from './index.ts'
import { settleAlerts } from './settle-alerts.ts'
import { DUE, TELLING, alertsOf, auditOf, bootHealthRig, changeRow, newKey, readRow } from './testing/health-rig.ts'
import type { HealthRig } from './testing/health-rig.ts'
import { watchExpiry } from './watch-expiry.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

let rig: HealthRig
beforeAll(async () => {
  rig = await bootHealthRig()
})
afterAll(async () => rig?.close())

const inDays = (days: number, now = Date.now()) => new Date(now + days * DAY_MS).toISOString()

describe('the balance of an account', () => {
  /** Samples of the last days, 10 a day, with so much left now. */
  const samplesUntil = (left: number) => ({
    unit: 'USD',
    since: inDays(-3),
    samples: Array.from({ length: 12 }, (_, index) => ({
      at: inDays(-3 + index / 4),
      balance: left + 2.5 * (12 - index),
    })),
  })

  async function learn(key: KeyRecord, balance: number): Promise<void> {
    rig.provider.answers.set(key.masked, { balance })
    await changeRow({ payload: rig.payload, record: key, fields: DUE })
    await probeDueKeys({ payload: rig.payload, pace: createProviderPace() })
  }

  const told = async (key: KeyRecord) =>
    (await alertsOf(rig.payload, key)).map(({ kind, severity, resolvedAt }) => [kind, severity, Boolean(resolvedAt)])

  it('should be kept over time where its plugin declares one', async () => {
    const key = await newKey(rig, { provider: TELLING })
    await learn(key, 100)
    await learn(key, 90)
    const { balanceSamples } = await readRow(rig.payload, key)
    expect(balanceSamples?.unit).toBe('USD')
    expect(balanceSamples?.samples.map(({ balance }) => balance)).toEqual([100, 90])
    const plain = await newKey(rig)
    await learn(plain, 100)
    expect((await readRow(rig.payload, plain)).balanceSamples ?? null).toBeNull()
  })

  it('should be warned of under seven and under two days, once each, and again after a top-up', async () => {
    const key = await newKey(rig, { provider: TELLING, fields: { balanceSamples: samplesUntil(80) } })
    await learn(key, 80)
    expect(await told(key)).toEqual([])
    await changeRow({ payload: rig.payload, record: key, fields: { balanceSamples: samplesUntil(50) } })
    await learn(key, 50)
    await learn(key, 49)
    expect(await told(key)).toEqual([['key-balance', 'warning', false]])
    const [alert] = await alertsOf(rig.payload, key)
    expect(alert?.message).toMatch(/^Your Provider MONEY account runs out in about 5 days: 50 USD left/)
    await changeRow({ payload: rig.payload, record: key, fields: { balanceSamples: samplesUntil(15) } })
    await learn(key, 15)
    await learn(key, 14)
    expect(await told(key)).toEqual([
      ['key-balance', 'warning', false],
      ['key-balance', 'critical', false],
    ])
    await learn(key, 500)
    expect(await told(key)).toEqual([
      ['key-balance', 'warning', true],
      ['key-balance', 'critical', true],
    ])
    await changeRow({
      payload: rig.payload,
      record: key,
      fields: { balanceSamples: { ...samplesUntil(30), since: inDays(-1) } },
    })
    await learn(key, 30)
    expect((await told(key)).at(-1)).toEqual(['key-balance', 'warning', false])
  })

  it('should leave an empty account to the state of its key', async () => {
    const key = await newKey(rig, { provider: TELLING, fields: { ...DUE, balanceSamples: samplesUntil(5) } })
    rig.provider.answers.set(key.masked, { status: 402, balance: 0 })
    await probeDueKeys({ payload: rig.payload, pace: createProviderPace() })
    expect(await told(key)).toEqual([['key-state', 'critical', false]])
  })
})

describe('the end of a key', () => {
  const told = async (key: KeyRecord) =>
    (await alertsOf(rig.payload, key))
      .filter(({ kind }) => kind === 'key-expiry')
      .map(({ severity, resolvedAt }) => [severity, Boolean(resolvedAt)])

  it('should be told with 14, 3 and 0 days left, once each, and block nothing', async () => {
    const now = Date.now()
    const key = await newKey(rig, { fields: { ownerExpiresAt: inDays(20, now) } })
    const look = async (days: number) => {
      for (const hours of [0, 1, 12]) {
        await watchExpiry({ payload: rig.payload, now: now + days * DAY_MS + hours * HOUR_MS })
      }
      return told(key)
    }
    expect(await look(0)).toEqual([])
    expect(await look(7)).toEqual([['info', false]])
    expect(await look(17)).toEqual([
      ['info', true],
      ['warning', false],
    ])
    expect((await auditOf(rig.payload, key)).map(({ action }) => action)).not.toContain('key.expired')
    expect(await look(20)).toEqual([
      ['info', true],
      ['warning', true],
      ['critical', false],
    ])
    await look(30)
    const expired = (await auditOf(rig.payload, key)).filter(({ action }) => action === 'key.expired')
    expect(expired).toHaveLength(1)
    expect(await readRow(rig.payload, key)).toMatchObject({ status: 'valid', isActive: true })
  })

  it("should be the earlier of the provider's and the owner's", async () => {
    const one = await newKey(rig, { fields: { expiresAt: inDays(2), ownerExpiresAt: inDays(40) } })
    const other = await newKey(rig, { fields: { expiresAt: inDays(40), ownerExpiresAt: inDays(2) } })
    const neither = await newKey(rig, { fields: { expiresAt: inDays(40), ownerExpiresAt: null } })
    await watchExpiry({ payload: rig.payload, now: Date.now() })
    expect([await told(one), await told(other), await told(neither)]).toEqual([
      [['warning', false]],
      [['warning', false]],
      [],
    ])
  })

  it('should be learnt from what the provider tells', async () => {
    const key = await newKey(rig)
    rig.provider.answers.set(key.masked, { expiresAt: inDays(5) })
    await probeDueKeys({ payload: rig.payload, pace: createProviderPace() })
    await watchExpiry({ payload: rig.payload, now: Date.now() })
    expect(await told(key)).toEqual([['info', false]])
  })

  it('should be settled when the date moves away', async () => {
    const key = await newKey(rig, { fields: { ownerExpiresAt: inDays(2) } })
    await watchExpiry({ payload: rig.payload, now: Date.now() })
    await settleAlerts({ payload: rig.payload, now: Date.now() })
    expect(await told(key)).toEqual([['warning', false]])
    await changeRow({ payload: rig.payload, record: key, fields: { ownerExpiresAt: inDays(200) } })
    await settleAlerts({ payload: rig.payload, now: Date.now() })
    expect(await told(key)).toEqual([['warning', true]])
  })
})

describe('alerts whose cause is gone', () => {
  const refuse = async (key: KeyRecord) => {
    const { tenant, provider, credentialId, version } = key
    const { payload } = rig
    reportKeyOutcome({ payload, tenant, provider, credentialId, version, purpose: 'call', outcome: 'rejected' })
    await flushKeyOutcomes(payload)
  }
  const open = async (key: KeyRecord) =>
    (await alertsOf(rig.payload, key)).filter(({ resolvedAt }) => !resolvedAt).map(({ to }) => to)

  it('should be settled when the key was replaced, deleted, or brought back by a process that died', async () => {
    const [replaced, deleted, back, bad] = [await newKey(rig), await newKey(rig), await newKey(rig), await newKey(rig)]
    for (const key of [replaced, deleted, back, bad]) await refuse(key)
    const { payload } = rig
    const checkedAt = new Date().toISOString()
    const verdict = { status: 'valid', capabilities: {}, message: '', metadata: {}, latencyMs: 1, checkedAt } as const
    const credentials = { apiKey: 'another-key-000001' }
    await replaceCredential({ payload, record: replaced, credentials, primaryCredential: 'apiKey', verdict })
    await destroyCredential({ payload, record: deleted })
    await changeRow({ payload, record: back, fields: { status: 'valid', isActive: true } })
    expect(await Promise.all([replaced, deleted, back, bad].map(open))).toEqual(Array(4).fill(['rejected']))
    await settleAlerts({ payload, now: Date.now() })
    expect(await Promise.all([replaced, deleted, back, bad].map(open))).toEqual([[], [], [], ['rejected']])
  })
})
