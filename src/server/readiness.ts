import type { Payload } from 'payload'
import { USERS } from '../collections/slugs.ts'
import { checkCanary, isVaultError } from '../vault/index.ts'
import { getRuntime } from './runtime.ts'

/** Why this process can take no work now: draining, a database that does not answer, or a vault that does not open. */
export async function findReasonsNotReady({ payload }: { payload: Payload }): Promise<string[]> {
  const reasons: string[] = []
  if (getRuntime().isDraining) reasons.push('The server is shutting down.')
  try {
    await payload.count({ collection: USERS, overrideAccess: true })
    await checkCanary(payload)
  } catch (error) {
    reasons.push(isVaultError(error) ? 'The encryption key does not open the vault.' : 'The database does not answer.')
  }
  return reasons
}
