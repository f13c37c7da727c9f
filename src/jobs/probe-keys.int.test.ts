import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { LEASES, PROVIDER_KEYS } from '../collections/slugs.ts'
import {
  DUE,
  PAID,
  PLAIN,
  TELLING,
  UNTESTABLE,
  alertsOf,
  auditOf,
  bootHealthRig,
  changeRow,
  hoursAgo,
  newKey,
  readRow,
} from '../key-health/testing/health-rig.ts'
import type { HealthRig } from '../key-health/testing/health-rig.ts'
import type { KeyRecord } from '../vault/index.ts'
import { probeDueKeys } from './probe-keys.ts'
import type { Clock } from './probe-keys.ts'
import { createProviderPace } from './provider-pace.ts'

const [ALFA, BRAVO, CHARLIE] = PLAIN
const HOUR_MS = 3_600_000

let rig: HealthRig
beforeAll(async () => {
  rig = await bootHealthRig()
})
afterAll(async () => rig?.close())

/** Each test has the database to itself, as far as probes look. */
beforeEach(async () => {
  const { payload, provider } = rig
  await payload.db.deleteMany({ collection: PROVIDER_KEYS, where: {} })
  await payload.db.deleteMany({ collection: LEASES, where: {} })
  provider.checks.length = 0
  provider.answers.clear()
  provider.outages.clear()
})

const probe = (options: Partial<Parameters<typeof probeDueKeys>[0]> = {}) =>
  probeDueKeys({ payload: rig.payload, pace: createProviderPace(), gapMs: 0, ...options })

const waitOf = async (key: KeyRecord, from = Date.now()) =>
  Date.parse((await readRow(rig.payload, key)).nextProbeAt ?? '') - from

describe('testing idle keys', () => {
  it('should ask for the due ones, and plan their next test within a fifth of six hours', async () => {
    const due = await newKey(rig)
    const later = await newKey(rig, { fields: { nextProbeAt: new Date(Date.now() + HOUR_MS).toISOString() } })
    expect(await probe()).toEqual({ probed: 1, postponed: 0 })
    expect(rig.provider.checks).toEqual([{ provider: ALFA, key: due.masked }])
    const row = await readRow(rig.payload, due)
    expect(row).toMatchObject({ status: 'valid', message: 'Answered with 200.', probeFailures: 0 })
    expect(Date.parse(row.checkedAt)).toBeGreaterThan(Date.now() - HOUR_MS / 2)
    const wait = await waitOf(due)
    expect(wait).toBeGreaterThan(4.7 * HOUR_MS)
    expect(wait).toBeLessThan(7.3 * HOUR_MS)
    expect(await waitOf(later)).toBeLessThan(HOUR_MS + 1)
  })

  it('should spread keys without a plan over time, without a test', async () => {
    const made = await Promise.all(Array.from({ length: 12 }, () => newKey(rig, { fields: { nextProbeAt: null } })))
    expect(await probe()).toEqual({ probed: 0, postponed: 12 })
    const waits = await Promise.all(made.map((key) => waitOf(key)))
    expect(Math.min(...waits)).toBeGreaterThan(3.7 * HOUR_MS)
    expect(Math.max(...waits) - Math.min(...waits)).toBeGreaterThan(HOUR_MS / 2)
    expect(new Set(waits).size).toBe(12)
    expect(await probe()).toEqual({ probed: 0, postponed: 0 })
  })

  it('should leave alone what worked in a call lately, unless its balance is to be learnt', async () => {
    const used = await newKey(rig, { fields: { ...DUE, lastSucceededAt: hoursAgo(2) } })
    const telling = await newKey(rig, { fields: { ...DUE, lastSucceededAt: hoursAgo(2) }, provider: TELLING })
    const idle = await newKey(rig, { fields: { ...DUE, lastSucceededAt: hoursAgo(30) } })
    const refused = await newKey(rig, { fields: { ...DUE, lastSucceededAt: hoursAgo(2), status: 'out-of-credit' } })
    expect(await probe()).toEqual({ probed: 3, postponed: 1 })
    const asked = rig.provider.checks.map(({ key }) => key).sort()
    expect(asked).toEqual([telling.masked, idle.masked, refused.masked].sort())
    expect(await waitOf(used)).toBeGreaterThan(2.7 * HOUR_MS)
  })

  it('should spend no money of a tenant, and ask nobody who cannot answer', async () => {
    const paid = await newKey(rig, { provider: PAID, fields: { ...DUE, status: 'out-of-credit' } })
    const untestable = await newKey(rig, { provider: UNTESTABLE, fields: { ...DUE, status: 'unverified' } })
    const free = await newKey(rig)
    const before = await Promise.all([paid, untestable].map((key) => readRow(rig.payload, key)))
    expect(await probe()).toEqual({ probed: 1, postponed: 0 })
    expect(rig.provider.checks.map(({ key }) => key)).toEqual([free.masked])
    expect(await Promise.all([paid, untestable].map((key) => readRow(rig.payload, key)))).toEqual(before)
  })

  it('should change the state by what it finds, tell people once, and tell them when it is over', async () => {
    const key = await newKey(rig)
    rig.provider.answers.set(key.masked, { status: 401 })
    for (let round = 0; round < 5; round += 1) {
      await changeRow({ payload: rig.payload, record: key, fields: DUE })
      await probe()
    }
    expect(await readRow(rig.payload, key)).toMatchObject({ status: 'rejected', isActive: false })
    // Soon again at first, once a day in the end.
    expect(await waitOf(key)).toBeLessThan(HOUR_MS / 6)
    await changeRow({ payload: rig.payload, record: key, fields: { ...DUE, statusSince: hoursAgo(99) } })
    await probe()
    expect(await waitOf(key)).toBeGreaterThan(19 * HOUR_MS)
    expect((await alertsOf(rig.payload, key)).map(({ to, resolvedAt }) => [to, resolvedAt ?? null])).toEqual([
      ['rejected', null],
    ])
    rig.provider.answers.delete(key.masked)
    await changeRow({ payload: rig.payload, record: key, fields: DUE })
    await probe()
    expect(await readRow(rig.payload, key)).toMatchObject({ status: 'valid', isActive: true })
    expect((await alertsOf(rig.payload, key)).map(({ resolvedAt }) => Boolean(resolvedAt))).toEqual([true])
    const changes = (await auditOf(rig.payload, key)).filter(({ action }) => action === 'key.state-changed')
    expect(changes.map(({ details }) => [details?.from, details?.to])).toEqual([
      ['valid', 'rejected'],
      ['rejected', 'valid'],
    ])
  })

  it.each([
    ['a rate limit', { status: 429 }],
    ['a fault of the provider', { status: 503 }],
    ['an answer that is none', { status: 418 }],
  ])('should change no state by %s, and ask again less and less often (check 25)', async (_what, answer) => {
    const key = await newKey(rig)
    rig.provider.answers.set(key.masked, answer)
    const waits: number[] = []
    for (let round = 0; round < 4; round += 1) {
      await changeRow({ payload: rig.payload, record: key, fields: DUE })
      await probe({ clock: { now: () => Date.now(), random: () => 0.5 } })
      waits.push(Math.round((await waitOf(key)) / 60_000))
    }
    expect(waits).toEqual([5, 10, 20, 40])
    const row = await readRow(rig.payload, key)
    expect(row).toMatchObject({ status: 'valid', isActive: true, message: 'Good.', probeFailures: 4 })
    expect(await alertsOf(rig.payload, key)).toEqual([])
  })

  it('should wait for as long as the provider asks, and leave the whole provider alone meanwhile', async () => {
    const key = await newKey(rig, { fields: { nextProbeAt: hoursAgo(9) } })
    const other = await newKey(rig)
    rig.provider.answers.set(key.masked, { status: 429, retryAfter: 7_200 })
    rig.provider.answers.set(other.masked, { status: 429, retryAfter: 7_200 })
    const third = await newKey(rig, { provider: BRAVO })
    let now = Date.now()
    const clock: Clock = { now: () => now, random: () => 0 }
    const pace = createProviderPace()
    await probe({ pace, clock })
    expect(await waitOf(key, now)).toBe(2 * HOUR_MS)
    expect(rig.provider.checks.filter(({ key: asked }) => asked === third.masked)).toHaveLength(1)
    const late = await newKey(rig)
    await probe({ pace, clock })
    expect(rig.provider.checks.some(({ key: asked }) => asked === late.masked)).toBe(false)
    now += 5 * 60_000
    await probe({ pace, clock })
    expect(rig.provider.checks.some(({ key: asked }) => asked === late.masked)).toBe(true)
  })

  it("should keep to each provider's pace, and take the rest later", async () => {
    for (let index = 0; index < 9; index += 1) await newKey(rig)
    let now = Date.now()
    const clock: Clock = { now: () => now, random: () => 0.5 }
    const pace = createProviderPace({ perMinute: 4 })
    expect(await probe({ pace, clock })).toMatchObject({ probed: 4 })
    expect(await probe({ pace, clock })).toMatchObject({ probed: 0 })
    now += 60_000
    expect(await probe({ pace, clock })).toMatchObject({ probed: 4 })
    now += 60_000
    expect(await probe({ pace, clock })).toMatchObject({ probed: 1 })
    expect(new Set(rig.provider.checks.map(({ key }) => key)).size).toBe(9)
  })

  it('should not be held up by a provider that does not answer', async () => {
    rig.provider.outages.set(CHARLIE, { silent: true })
    for (let index = 0; index < 6; index += 1)
      await newKey(rig, { fields: { nextProbeAt: hoursAgo(9) }, provider: CHARLIE })
    const good = await Promise.all([newKey(rig), newKey(rig), newKey(rig, { provider: BRAVO })])
    const others = good.map(({ masked }) => masked)
    const stopping = new AbortController()
    const round = probe({ signal: stopping.signal })
    while (!others.every((key) => rig.provider.checks.some((check) => check.key === key))) {
      await rig.provider.nextCheck()
    }
    stopping.abort()
    const asked = rig.provider.checks.filter(({ provider }) => provider === CHARLIE).length
    expect(asked).toBeLessThanOrEqual(2)
    expect(rig.provider.peak(CHARLIE)).toBeLessThanOrEqual(2)
    // Those under way end by their own deadline, and nothing further begins.
    expect((await round).probed).toBe(3 + asked)
    expect(rig.provider.checks.filter(({ provider }) => provider === CHARLIE)).toHaveLength(asked)
  }, 30_000)

  it('should test many more than it looks at in one go', async () => {
    for (let index = 0; index < 110; index += 1) await newKey(rig)
    expect(await probe({ pace: createProviderPace({ perMinute: 1_000 }) })).toEqual({ probed: 110, postponed: 0 })
    expect(new Set(rig.provider.checks.map(({ key }) => key)).size).toBe(110)
  })

  it('should tell people of a key that cannot be opened, and go on', async () => {
    const broken = await newKey(rig, { fields: { nextProbeAt: hoursAgo(5) } })
    const whole = await newKey(rig)
    await rig.payload.db.updateOne({
      collection: 'vault-secrets',
      where: { credential: { equals: broken.credentialId } },
      data: { envelope: `pb1.${'0'.repeat(24)}.${'A'.repeat(80)}` },
    })
    await probe()
    expect(await readRow(rig.payload, broken)).toMatchObject({ status: 'undecryptable' })
    expect((await alertsOf(rig.payload, broken)).map(({ to }) => to)).toEqual(['undecryptable'])
    expect(await waitOf(broken)).toBeGreaterThan(19 * HOUR_MS)
    expect(rig.provider.checks.map(({ key }) => key)).toEqual([whole.masked])
  })
})
