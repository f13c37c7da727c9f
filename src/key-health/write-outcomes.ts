import type { Payload } from 'payload'
import { PROVIDER_KEYS } from '../collections/slugs.ts'
import type { StoredKeyStatus } from '../vault/index.ts'
import { changeKeyState } from './change-key-state.ts'
import type { HealthRecord } from './health-record.ts'
import type { LastUse, OutcomeBatch } from './outcome-buffer.ts'
import { addCounts, noteLastUses } from './write-usage.ts'

/** The states that a use that worked can end. */
const MENDABLE: StoredKeyStatus[] = ['rejected', 'out-of-credit', 'limited', 'unreachable', 'unverified']

/**
 * Writes one batch: brings back the keys that work again, then the moments, then the counts. The counts come last,
 * because they alone would be wrong if they were written twice.
 */
export async function writeOutcomes({ payload, batch }: { payload: Payload; batch: OutcomeBatch }): Promise<void> {
  await mendKeys({ payload, uses: batch.uses })
  await noteLastUses({ payload, uses: batch.uses })
  await addCounts({ payload, counts: batch.counts })
}

async function mendKeys({ payload, uses }: { payload: Payload; uses: readonly LastUse[] }): Promise<void> {
  const successes = new Map(
    uses.flatMap(({ credentialId, success }) => (success ? [[credentialId, success] as const] : [])),
  )
  if (successes.size === 0) return
  const { docs } = await payload.db.find<HealthRecord>({
    collection: PROVIDER_KEYS,
    where: { and: [{ credentialId: { in: [...successes.keys()] } }, { status: { in: MENDABLE } }] },
    select: { credentialId: true },
    limit: 0,
    pagination: false,
  })
  for (const { credentialId } of docs) {
    const use = successes.get(credentialId)
    if (use) await changeKeyState({ payload, use })
  }
}
