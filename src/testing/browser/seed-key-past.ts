import { randomUUID } from 'node:crypto'
import { getPayload } from 'payload'
import { createConfig } from '../../../payload.config.ts'
import { KEY_USAGE, PROVIDER_KEYS, USAGE } from '../../collections/slugs.ts'
import { createTestEnvironment } from '../create-test-environment.ts'

const DAY_MS = 86_400_000
const DAYS = 30
const SAMPLES = 28

type SeedOptions = { databaseUri: string; provider: string; quantity: { kind: string; unit: string } }

/**
 * Gives a key a past, as nobody can wait for one: a month of calls with a bad day in it, and a balance that ran down.
 * Writes beside a running server what that server's own counting would have written.
 */
export async function seedKeyPast({ databaseUri, provider, quantity }: SeedOptions): Promise<void> {
  const config = createConfig(createTestEnvironment({ databaseUri }))
  const payload = await getPayload({ config, key: randomUUID() })
  try {
    const record = await payload.db.findOne<{ id: number; tenant: number; credentialId: string }>({
      collection: PROVIDER_KEYS,
      where: { provider: { equals: provider } },
    })
    if (!record) throw new Error(`there is no ${provider} key`)
    const { tenant, credentialId } = record
    for (let ago = DAYS - 1; ago >= 0; ago -= 1) {
      const at = new Date(Date.now() - ago * DAY_MS).toISOString()
      const calls = callsOn(ago)
      const counts = { ok: calls * 3, timeout: ago === 9 ? 14 : ago % 7 === 0 ? 2 : 0, calls }
      for (const [outcome, count] of Object.entries(counts).filter(([, value]) => value > 0)) {
        const row = { tenant: String(tenant), provider, credentialId, day: at.slice(0, 10), purpose: 'stt' }
        await payload.db.create({ collection: KEY_USAGE, data: { ...row, outcome, count } })
      }
      await payload.db.create({
        collection: USAGE,
        data: { tenant, provider, credentialId, ...quantity, quantity: calls * 94, createdAt: at, updatedAt: at },
      })
    }
    const samples = Array.from({ length: SAMPLES }, (_, index) => ({
      at: new Date(Date.now() - (SAMPLES - index) * (DAY_MS / 2)).toISOString(),
      balance: Math.round((62 - index * 2.27 + Math.sin(index * 1.7)) * 100) / 100,
    }))
    await payload.db.updateOne({
      collection: PROVIDER_KEYS,
      where: { id: { equals: record.id } },
      data: {
        lastUsedAt: hoursAgo(3),
        lastSucceededAt: hoursAgo(3),
        lastFailedAt: hoursAgo(51),
        lastFailureKind: 'timeout',
        balanceSamples: { unit: 'USD', since: samples[0]?.at, samples },
      },
    })
  } finally {
    await payload.db.destroy?.()
  }
}

const hoursAgo = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString()

/** Fewer at weekends, more towards today. */
const callsOn = (ago: number): number => {
  const weekday = new Date(Date.now() - ago * DAY_MS).getUTCDay()
  const rhythm = weekday === 0 || weekday === 6 ? 0.25 : 1
  return Math.round((20 + (DAYS - ago) * 0.9 + ((ago * 7) % 11)) * rhythm)
}
