import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { KEY_USAGE } from '../collections/slugs.ts'
import { bootTestServer } from '../testing/boot.ts'
import { isMongo } from '../testing/test-database.ts'
import { replaceCredential, resolveForUse } from '../vault/index.ts'
import type { KeyRecord } from '../vault/index.ts'
import { flushKeyOutcomes, reportKeyOutcome } from './index.ts'
import type { KeyOutcome } from './index.ts'
import {
  PLAIN,
  alertsOf,
  auditOf,
  bootHealthRig,
  createTenant,
  healthSetup,
  readRow,
  storeKey,
} from './testing/health-rig.ts'
import type { HealthRig } from './testing/health-rig.ts'

const [ALFA, BRAVO] = PLAIN

let rig: HealthRig
beforeAll(async () => {
  rig = await bootHealthRig()
})
afterAll(async () => rig?.close())

const newKey = async () => {
  const { payload } = rig
  return storeKey({ payload, tenant: await createTenant(payload), provider: ALFA, apiKey: 'alfa-key-000001' })
}

type Reported = { outcome: KeyOutcome; version?: number; at?: number; callId?: string }

const report = (
  record: KeyRecord,
  { outcome, version = record.version, at, callId }: Reported,
  payload = rig.payload,
) => {
  const { tenant, provider, credentialId } = record
  reportKeyOutcome({ payload, tenant, provider, credentialId, version, purpose: 'call', outcome, at, callId })
}
const reportAll = async (record: KeyRecord, ...outcomes: Reported[]) => {
  for (const outcome of outcomes) report(record, outcome)
  await flushKeyOutcomes(rig.payload)
}

const countsOf = async ({ credentialId }: KeyRecord) => {
  const where = { credentialId: { equals: credentialId } }
  const { docs } = await rig.payload.db.find<{ outcome: string; count: number; purpose: string; tenant: string }>({
    collection: KEY_USAGE,
    where,
    limit: 0,
    pagination: false,
  })
  return Object.fromEntries(docs.map(({ outcome, count }) => [outcome, count]))
}

describe('a use of a key', () => {
  it('should be counted by outcome and noted on the row', async () => {
    const key = await newKey()
    const before = Date.now()
    await reportAll(
      key,
      { outcome: 'ok', callId: 'one' },
      { outcome: 'ok', callId: 'one' },
      { outcome: 'rate-limited', callId: 'two' },
    )
    await reportAll(key, { outcome: 'ok', callId: 'two' })
    expect(await countsOf(key)).toEqual({ ok: 3, 'rate-limited': 1, calls: 2 })
    const row = await readRow(rig.payload, key)
    for (const moment of [row.lastUsedAt, row.lastSucceededAt, row.lastFailedAt]) {
      expect(Date.parse(moment ?? '')).toBeGreaterThanOrEqual(before)
    }
    expect(row).toMatchObject({ status: 'valid', lastFailureKind: 'rate-limited' })
  })

  it('should keep the newer moment where batches come late', async () => {
    const key = await newKey()
    const now = Date.now()
    await reportAll(key, { outcome: 'timeout', at: now })
    await reportAll(key, { outcome: 'closed', at: now - 60_000 }, { outcome: 'ok', at: now - 60_000 })
    const row = await readRow(rig.payload, key)
    expect(row.lastFailureKind).toBe('timeout')
    expect([row.lastUsedAt, row.lastFailedAt].map((moment) => Date.parse(moment ?? ''))).toEqual([now, now])
  })

  it.each(['rate-limited', 'unreachable', 'timeout', 'closed', 'failed', 'invalid-request'] as const)(
    'should leave a good key good when it ends with %s (check 25)',
    async (outcome) => {
      const key = await newKey()
      await reportAll(key, ...Array.from({ length: 20 }, () => ({ outcome })))
      expect(await readRow(rig.payload, key)).toMatchObject({ status: 'valid', isActive: true })
      expect(await alertsOf(rig.payload, key)).toEqual([])
    },
  )

  it('should refuse the key from then on when its provider refused it, and tell people once of 200 refusals', async () => {
    const key = await newKey()
    const at = Date.now()
    for (let index = 0; index < 100; index += 1) report(key, { outcome: 'rejected', at: at + index })
    await flushKeyOutcomes(rig.payload)
    for (let index = 0; index < 100; index += 1) await reportAll(key, { outcome: 'rejected', at: at + 200 + index })

    const row = await readRow(rig.payload, key)
    expect(row).toMatchObject({ status: 'rejected', isActive: false, fixUrl: 'https://alfa.example/keys' })
    expect(Date.parse(row.statusSince ?? '')).toBe(at)
    const opening = resolveForUse({ payload: rig.payload, tenant: key.tenant, provider: ALFA, purpose: 'call' })
    await expect(opening).rejects.toMatchObject({ code: 'rejected' })

    const alerts = await alertsOf(rig.payload, key)
    expect(alerts).toHaveLength(1)
    expect(alerts[0]).toMatchObject({ kind: 'key-state', severity: 'critical', to: 'rejected' })
    expect(alerts[0]?.message).toMatch(
      /^Provider ALFA has refused your API key since \d+ \w+ \d{4}, \d\d:\d\d UTC\. .*Make a new key at Provider ALFA/,
    )
    expect((await auditOf(rig.payload, key)).filter(({ action }) => action === 'key.state-changed')).toEqual([
      expect.objectContaining({ details: expect.objectContaining({ from: 'valid', to: 'rejected' }) }),
    ])
    expect((await countsOf(key)).rejected).toBe(200)
  })

  it('should name what stops', async () => {
    const key = await newKey()
    await reportAll(key, { outcome: 'rejected' })
    const [alert] = await alertsOf(rig.payload, key)
    expect(alert?.message).toMatch(/these do not work: Analytics\./)
  })

  it('should bring the key back when it works again, settle the alert, and raise a new one the next time', async () => {
    const key = await newKey()
    const at = Date.now()
    await reportAll(key, { outcome: 'out-of-credit', at })
    expect(await readRow(rig.payload, key)).toMatchObject({ status: 'out-of-credit', isActive: true })
    await reportAll(key, { outcome: 'ok', at: at + 1 })
    expect(await readRow(rig.payload, key)).toMatchObject({ status: 'valid', isActive: true })
    expect((await alertsOf(rig.payload, key)).map(({ resolvedAt }) => Boolean(resolvedAt))).toEqual([true])
    await reportAll(key, { outcome: 'out-of-credit', at: at + 2 })
    await reportAll(key, { outcome: 'rejected', at: at + 3 })
    const alerts = await alertsOf(rig.payload, key)
    expect(alerts.map(({ to, resolvedAt }) => [to, Boolean(resolvedAt)])).toEqual([
      ['out-of-credit', true],
      ['out-of-credit', true],
      ['rejected', false],
    ])
  })

  it('should tell once a day of a permission that some uses lack and others do not need', async () => {
    const key = await newKey()
    const at = Date.now()
    for (let round = 0; round < 5; round += 1) {
      await reportAll(key, { outcome: 'limited', at: at + round * 10 })
      expect(await readRow(rig.payload, key)).toMatchObject({ status: 'limited', isActive: true })
      await reportAll(key, { outcome: 'ok', at: at + round * 10 + 5 })
      expect(await readRow(rig.payload, key)).toMatchObject({ status: 'valid' })
    }
    expect((await alertsOf(rig.payload, key)).map(({ severity, to }) => [severity, to])).toEqual([
      ['warning', 'limited'],
    ])
  })

  it('should not bring back a key by a success that began before the refusal', async () => {
    const key = await newKey()
    const at = Date.now()
    await reportAll(key, { outcome: 'rejected', at }, { outcome: 'ok', at: at - 500 })
    expect(await readRow(rig.payload, key)).toMatchObject({ status: 'rejected' })
  })

  it('should change nothing when it was of a version that was replaced meanwhile', async () => {
    const key = await newKey()
    const { payload } = rig
    const verdict = { status: 'valid', capabilities: {}, message: '', metadata: {}, latencyMs: 1 } as const
    const replaced = await replaceCredential({
      payload,
      record: key,
      credentials: { apiKey: 'alfa-key-000002' },
      primaryCredential: 'apiKey',
      verdict: { ...verdict, checkedAt: new Date(Date.now() - 60_000).toISOString() },
    })
    await reportAll(key, { outcome: 'rejected' }, { outcome: 'out-of-credit' })
    expect(await readRow(payload, key)).toMatchObject({ status: 'valid', version: replaced.version })
    expect(await alertsOf(payload, key)).toEqual([])
    // It was a use all the same, and its owner paid for it.
    expect(await countsOf(key)).toEqual({ rejected: 1, 'out-of-credit': 1 })
  })

  it('should change nothing when it names a key of somebody else', async () => {
    const key = await newKey()
    const other = await createTenant(rig.payload)
    await reportAll({ ...key, tenant: other }, { outcome: 'rejected' })
    expect(await readRow(rig.payload, key)).toMatchObject({ status: 'valid' })
  })
})

describe('two nodes on one database', () => {
  it('should agree: one change, one alert, one event, every use counted, and refused on both at once (check 27)', async () => {
    const { environment, extensions } = healthSetup(rig.provider.url)
    const { databaseUri, encryptionKey, payloadSecret } = rig.server.environment
    const other = await bootTestServer({ ...environment, databaseUri, encryptionKey, payloadSecret }, extensions)
    try {
      const key = await newKey()
      for (let index = 0; index < 25; index += 1) {
        report(key, { outcome: 'rejected' })
        report(key, { outcome: 'rejected' }, other.payload)
      }
      await Promise.all([flushKeyOutcomes(rig.payload), flushKeyOutcomes(other.payload)])
      for (const { payload } of [rig, other]) {
        const opening = resolveForUse({ payload, tenant: key.tenant, provider: ALFA, purpose: 'call' })
        await expect(opening).rejects.toMatchObject({ code: 'rejected' })
      }
      expect(await alertsOf(rig.payload, key)).toHaveLength(1)
      const changes = (await auditOf(rig.payload, key)).filter(({ action }) => action === 'key.state-changed')
      expect(changes).toHaveLength(1)
      expect(await countsOf(key)).toEqual({ rejected: 50 })
    } finally {
      await other.close()
    }
  })
})

describe('closing the process', () => {
  it('should write what was reported a moment ago', async () => {
    const { environment, extensions } = healthSetup(rig.provider.url)
    const { databaseUri, encryptionKey, payloadSecret } = rig.server.environment
    const other = await bootTestServer({ ...environment, databaseUri, encryptionKey, payloadSecret }, extensions)
    const key = await storeKey({
      payload: rig.payload,
      tenant: await createTenant(rig.payload),
      provider: BRAVO,
      apiKey: 'bravo-key-00001',
    })
    report(key, { outcome: 'ok' }, other.payload)
    report(key, { outcome: 'out-of-credit' }, other.payload)
    await other.close()
    expect(await countsOf(key)).toEqual({ ok: 1, 'out-of-credit': 1 })
    expect(await readRow(rig.payload, key)).toMatchObject({ status: 'out-of-credit' })
  })
})

describe('the counts', () => {
  it('should be one row for each day and outcome', async () => {
    const key = await newKey()
    for (let index = 0; index < 3; index += 1) await reportAll(key, { outcome: 'ok' }, { outcome: 'closed' })
    const { docs } = await rig.payload.db.find({
      collection: KEY_USAGE,
      where: { credentialId: { equals: key.credentialId } },
      pagination: false,
    })
    expect(docs).toHaveLength(2)
    expect(docs[0]).toMatchObject({ tenant: String(key.tenant), provider: ALFA, purpose: 'call', count: 3 })
    expect(isMongo(rig.payload) ? typeof docs[0]?.id : 'string').toBe('string')
  })
})
