import type { Payload } from 'payload'
import { openCanary } from './canary.ts'
import { eraseDeletedRows } from './erase-deleted-rows.ts'
import { refuseHalfDone } from './rotation/refuse-half-done.ts'
import { sweepSecrets } from './sweep-secrets.ts'

/**
 * Makes the vault ready, once, before anything is served.
 * @throws VaultError `wrong_encryption_key` or `damaged_canary` with a sentence to print before exiting with code 1
 */
export async function openVault({ payload }: { payload: Payload }): Promise<void> {
  await eraseDeletedRows({ payload })
  await openCanary(payload)
  await refuseHalfDone(payload)
  await sweepSecrets({ payload })
}
