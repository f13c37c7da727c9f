import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { ALERTS, PROVIDER_KEYS } from '../collections/slugs.ts'
import { HEALTH_QUEUE, prepareHealthRound } from '../jobs/health-rounds.ts'
import { planProbe } from '../key-health/plan-probe.ts'
import type { TestServer } from '../testing/boot.ts'
import { createFleet, seedVault } from '../testing/vault-rig.ts'
import type { Fleet, SeededKey } from '../testing/vault-rig.ts'
import { createCanaryScan } from './testing/canaries.ts'
import { createHostileManifest } from './testing/hostile-manifests.ts'
import { startHostileProvider } from './testing/hostile-provider.ts'
import type { HostileProvider } from './testing/hostile-provider.ts'
import { readTables } from './testing/scan-database.ts'

/** Fewer than a provider may be asked within a minute. */
const KEYS = 20
const LEASE_MS = 150_000
/** Between two tests of an idle key that is good. */
const SIX_HOURS_MS = 6 * 60 * 60_000

let fleet: Fleet
let hostile: HostileProvider
let nodes: TestServer[]
let keys: SeededKey[]
beforeAll(async () => {
  fleet = createFleet()
  hostile = await startHostileProvider()
  const shared = { encryptionKey: randomBytes(32), baseUrls: { hostilellm: hostile.url } }
  const boot = () =>
    fleet.boot(shared, { extraProviders: [createHostileManifest({ id: 'hostilellm', capabilities: ['llm'] })] })
  nodes = [await boot(), await boot()]
  const [first] = nodes
  if (!first) throw new Error('No node')
  keys = await seedVault({ payload: first.payload, tenants: KEYS, providers: ['hostilellm'] })
})
afterAll(async () => {
  await fleet?.close()
  await hostile?.close()
})
beforeEach(() => {
  hostile.requests.length = 0
})

const anyNode = () => nodes[0] as TestServer
const makeDue = () =>
  anyNode().payload.db.updateMany({
    collection: PROVIDER_KEYS,
    where: {},
    data: { nextProbeAt: new Date(Date.now() - 1_000).toISOString() },
  })
const records = async () =>
  (
    await anyNode().payload.db.find<{ status: string; nextProbeAt: string }>({
      collection: PROVIDER_KEYS,
      where: {},
      limit: 0,
      pagination: false,
    })
  ).docs
const alerts = async () =>
  (await anyNode().payload.db.find({ collection: ALERTS, where: {}, limit: 0, pagination: false })).docs

/** One tick of the clock on every node at once. @returns which of them worked */
const tickEverywhere = (now = Date.now()) =>
  Promise.all(
    nodes.map(async ({ payload }) => {
      const clock = { now: () => now, random: () => Math.random() }
      const isRunner = await prepareHealthRound({ payload, clock, leaseMs: LEASE_MS })
      if (isRunner) await payload.jobs.run({ queue: HEALTH_QUEUE, limit: 1, overrideAccess: true, silent: true })
      return isRunner
    }),
  )

describe('check 29: looking after idle keys', () => {
  it('check 29: has one runner among the nodes, asks once for each key, and spreads what comes next', async () => {
    await makeDue()
    const runners = await tickEverywhere()
    expect(runners.filter(Boolean)).toHaveLength(1)
    const asked = keys.map(({ apiKey }) => hostile.requests.filter((text) => text.includes(apiKey)).length)
    expect(asked).toEqual(keys.map(() => 1))
    const plans = (await records()).map(({ nextProbeAt }) => Date.parse(nextProbeAt) - Date.now())
    expect(new Set(plans).size).toBe(KEYS)
    for (const plan of plans) expect(Math.abs(plan / SIX_HOURS_MS - 1)).toBeLessThan(0.21)
    expect(await alerts()).toEqual([])
  })

  it('check 29: raises one alert for each change and none for what stays as it is', async () => {
    hostile.behaviour = { kind: 'echo', status: 401 }
    await makeDue()
    await tickEverywhere()
    expect(new Set((await records()).map(({ status }) => status))).toEqual(new Set(['rejected']))
    expect(await alerts()).toHaveLength(KEYS)
    await makeDue()
    await tickEverywhere()
    expect(await alerts()).toHaveLength(KEYS)
    // Of what the provider gave back, jobs and alerts hold nothing.
    const scan = createCanaryScan(Object.fromEntries(keys.map(({ apiKey }, at) => [`key ${at}`, apiKey])))
    expect(scan(JSON.stringify(await readTables(anyNode())))).toEqual([])
    hostile.behaviour = { kind: 'accept' }
  })

  it('check 29: goes on at another node when the runner is gone, and not before', async () => {
    const now = Date.now()
    const [before] = [await tickEverywhere(now)]
    const runner = before?.indexOf(true) ?? -1
    expect(runner).toBeGreaterThanOrEqual(0)
    const gone = nodes[runner]
    nodes = nodes.filter((node) => node !== gone)
    expect(await tickEverywhere(now + LEASE_MS - 1_000)).toEqual([false])
    expect(await tickEverywhere(now + LEASE_MS + 1_000)).toEqual([true])
  })

  it('check 29: of a thousand workspaces with six keys each comes in no rush', () => {
    const random = () => Math.random()
    const plans = Array.from({ length: 6_000 }, () => planProbe({ status: 'valid', now: 0, random: random() }))
    const perMinute = new Map<number, number>()
    for (const plan of plans)
      perMinute.set(Math.floor(plan / 60_000), (perMinute.get(Math.floor(plan / 60_000)) ?? 0) + 1)
    // On average 42 in a minute of the time in which they come.
    expect(Math.max(...perMinute.values())).toBeLessThan(90)
    expect(perMinute.size).toBeGreaterThan(120)
  })
})
