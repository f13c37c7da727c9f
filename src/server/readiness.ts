import type { Payload } from 'payload'
import { USERS } from '../collections/slugs.ts'
import { getRuntime } from './runtime.ts'

/** Why this process can take no work now: draining, or a database that does not answer. */
export async function findReasonsNotReady({ payload }: { payload: Payload }): Promise<string[]> {
  const reasons: string[] = []
  if (getRuntime().isDraining) reasons.push('The server is shutting down.')
  try {
    await payload.count({ collection: USERS, overrideAccess: true })
  } catch {
    reasons.push('The database does not answer.')
  }
  return reasons
}
