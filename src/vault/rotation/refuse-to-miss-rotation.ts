import type { Payload } from 'payload'
import { compositionOf } from '../../composition.ts'
import { VaultError } from '../vault-error.ts'
import { findUnfinishedRotations } from './rotation-rows.ts'

/**
 * Refuses to serve where wraps are being replaced by such that this process could not open.
 * @throws VaultError `wrong_encryption_key`
 */
export async function refuseToMissRotation(payload: Payload): Promise<void> {
  const { keyRing } = compositionOf(payload).vault
  const rotations = await findUnfinishedRotations(payload)
  const missed = rotations.find(({ keyId, state }) => state === 'running' && !keyRing.ids.includes(keyId))
  if (!missed) return
  throw new VaultError({
    code: 'wrong_encryption_key',
    message:
      `A rotation to the encryption key with the fingerprint ${missed.keyId} is under way, and this process does not have that key. ` +
      'Give it as ENCRYPTION_KEY, with the former one in ENCRYPTION_KEYS_RETIRED. Nothing was changed.',
  })
}
