import type { Payload } from 'payload'
import { compositionOf } from '../../composition.ts'
import { countWraps } from './count-wraps.ts'
import type { RetiredKey } from './rotation-report.ts'
import { findStragglers } from './wait-for-nodes.ts'

/** The former keys that can still be read with, and what needs them. */
export async function listRetiredKeys(payload: Payload): Promise<RetiredKey[]> {
  const { keyRing } = compositionOf(payload).vault
  const { byKey } = await countWraps(payload)
  return keyRing.ids
    .filter((keyId) => keyId !== keyRing.currentId && keyId !== keyRing.succession?.stagedId)
    .map((keyId) => ({ keyId, neededBy: byKey.get(keyId) ?? 0 }))
}

/**
 * Forgets former keys for good, where the product keeps the keys itself: those that no row names, once no process that
 * serves writes under another key than the current one. Backups from before their rotation cannot be read without them.
 * @returns the ids of those that are gone
 */
export async function dropRetiredKeys({ payload }: { payload: Payload }): Promise<string[]> {
  const { keyRing } = compositionOf(payload).vault
  const { succession, currentId } = keyRing
  if (!succession) return []
  const stragglers = await findStragglers({ payload, keyId: currentId })
  if (stragglers.length > 0) return []
  const isUnneeded = new Set(
    (await listRetiredKeys(payload)).filter(({ neededBy }) => neededBy === 0).map(({ keyId }) => keyId),
  )
  const dropped = succession.retiredIds.filter((keyId) => isUnneeded.has(keyId))
  if (dropped.length > 0) await succession.drop(dropped)
  return dropped
}
