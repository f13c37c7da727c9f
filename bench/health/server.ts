import { randomUUID } from 'node:crypto'
import { getPayload } from 'payload'
import type { Payload } from 'payload'
import { createConfig } from '../../payload.config.ts'
import { KEY_USAGE, PROVIDER_KEYS, TENANTS } from '../../src/collections/slugs.ts'
import { compositionOf } from '../../src/composition.ts'
import { migrateDatabase } from '../../src/db/migrate-database.ts'
import { HEALTH_QUEUE, prepareHealthRound } from '../../src/jobs/health-rounds.ts'
import { SYSTEM_CLOCK, probeDueKeys } from '../../src/jobs/probe-keys.ts'
import { createProviderPace } from '../../src/jobs/provider-pace.ts'
import { flushKeyOutcomes, reportKeyOutcome } from '../../src/key-health/index.ts'
import type { KeyOutcome } from '../../src/key-health/index.ts'
import { createHealthManifest } from '../../src/key-health/testing/health-provider.ts'
import { keepConnections } from '../../src/server/keep-connections.ts'
import { createTestEnvironment } from '../../src/testing/create-test-environment.ts'
import { openVault, storeCredential } from '../../src/vault/index.ts'
import type { KeyRecord } from '../../src/vault/index.ts'
import { serve } from '../ipc.ts'
import { createProcessMeter } from '../process-meter.ts'

/** CPU of this process, all threads, and how long its event loop stood still. */
export type Cost = { count: number; cpuSeconds: number; seconds: number; loopDelayMs: { p99: number; max: number } }

type OpenOptions = { databaseUri: string; baseUrls: Record<string, string>; others: string[] }
type Stored = Pick<KeyRecord, 'tenant' | 'provider' | 'credentialId' | 'version'>

/** The product's database, vault and jobs, without what else it serves. */
const createServerApi = () => {
  const meter = createProcessMeter()
  const stored: Stored[] = []
  let payload: Payload

  const measure = async (work: () => Promise<number>): Promise<Cost> => {
    const cpu = process.cpuUsage()
    meter.begin()
    const count = await work()
    const { user, system } = process.cpuUsage(cpu)
    const { seconds, loopDelayMs } = meter.end()
    return { count, cpuSeconds: (user + system) / 1e6, seconds, loopDelayMs }
  }

  return {
    async open({ databaseUri, baseUrls, others }: OpenOptions) {
      keepConnections()
      const extraProviders = others.map((id) => createHealthManifest({ id, hasBalance: false }))
      const config = createConfig(createTestEnvironment({ databaseUri, baseUrls, logLevel: 'warn' }), {
        extraProviders,
      })
      payload = await getPayload({ config, key: randomUUID() })
      await migrateDatabase({ payload })
      await openVault({ payload })
    },
    /** Makes one workspace with its keys, as if each had been tested a while ago. */
    async store({ name, keys }: { name: string; keys: Record<string, Record<string, string>> }) {
      const now = new Date().toISOString()
      const { id: tenant } = await payload.db.create({
        collection: TENANTS,
        data: { name, slug: name, createdAt: now, updatedAt: now },
      })
      for (const [provider, credentials] of Object.entries(keys)) {
        const { credentialId, version } = await storeCredential({
          payload,
          tenant,
          provider,
          credentials,
          primaryCredential: 'apiKey',
          verdict: { status: 'valid', capabilities: {}, message: '', metadata: {}, checkedAt: now, latencyMs: 1 },
        })
        stored.push({ tenant, provider, credentialId, version })
      }
    },
    /** Tests every key once. */
    async sweep(): Promise<Cost & { notValid: number }> {
      const past = new Date(Date.now() - 60_000).toISOString()
      const { client } = payload.db as unknown as { client: { execute(sql: object): Promise<unknown> } }
      await client.execute({ sql: 'UPDATE "provider_keys" SET "next_probe_at" = ?', args: [past] })
      const pace = createProviderPace({ perMinute: Number.POSITIVE_INFINITY })
      const cost = await measure(async () => {
        const { probed } = await probeDueKeys({ payload, pace, budgetMs: 3_600_000 })
        return probed
      })
      const notValid = await payload.db.count({ collection: PROVIDER_KEYS, where: { status: { not_equals: 'valid' } } })
      return { ...cost, notValid: notValid.totalDocs }
    },
    /** So many minutes in which no key is due. */
    ticks: ({ count }: { count: number }): Promise<Cost> =>
      measure(async () => {
        for (let tick = 0; tick < count; tick += 1) {
          compositionOf(payload).healthRounds.datesSeenAt = SYSTEM_CLOCK.now()
          if (!(await prepareHealthRound({ payload }))) throw new Error('Somebody else has the lease')
          await payload.jobs.run({ queue: HEALTH_QUEUE, limit: 1, overrideAccess: true, silent: true })
        }
        return count
      }),
    /** Reports alone, without a write. */
    async report({ count }: { count: number }): Promise<Cost> {
      const cost = await measure(async () => {
        for (let index = 0; index < count; index += 1) reportOne(index, 'ok')
        return count
      })
      await flushKeyOutcomes(payload)
      return cost
    },
    /** Batches as they are written: so many uses of so many keys each. */
    async batches({ count, uses, keys }: { count: number; uses: number; keys: number }): Promise<Cost> {
      return measure(async () => {
        for (let batch = 0; batch < count; batch += 1) {
          for (let use = 0; use < uses; use += 1) {
            reportOne((batch * keys + (use % keys)) % stored.length, use % 20 === 19 ? 'closed' : 'ok')
          }
          await flushKeyOutcomes(payload)
        }
        return count
      })
    },
    countUses: async () => {
      const { docs } = await payload.db.find<{ outcome: string; count: number }>({
        collection: KEY_USAGE,
        limit: 0,
        pagination: false,
      })
      return docs.filter(({ outcome }) => outcome !== 'calls').reduce((sum, { count }) => sum + count, 0)
    },
    async close() {
      await payload.destroy()
      ;(payload.db as { client?: { close?(): void } }).client?.close?.()
    },
  }

  function reportOne(index: number, outcome: KeyOutcome) {
    const key = stored[index % stored.length]
    if (!key) throw new Error('No key is stored')
    reportKeyOutcome({ payload, ...key, purpose: 'call', outcome, callId: `call-${Math.floor(index / 24)}` })
  }
}

export type ServerApi = ReturnType<typeof createServerApi>

serve(createServerApi())
