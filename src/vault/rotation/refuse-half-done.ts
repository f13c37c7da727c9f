import type { Payload } from 'payload'
import { compositionOf } from '../../composition.ts'
import { VaultError } from '../vault-error.ts'
import { countWraps } from './count-wraps.ts'
import type { RotationRow } from './rotation-rows.ts'
import { findUnfinishedRotations } from './rotation-rows.ts'

/** The rotation under way to a key that this process has; undefined too where the database does not know rotations yet. */
export async function findHalfDone(payload: Payload): Promise<RotationRow | undefined> {
  const { keyRing } = compositionOf(payload).vault
  const rotations = await findUnfinishedRotations(payload).catch(() => [])
  return rotations.find(({ keyId, state }) => state === 'running' && keyRing.ids.includes(keyId))
}

/**
 * Refuses to serve where a rotation was not finished and the former key is gone that part of the data still needs.
 * @throws VaultError `wrong_encryption_key`
 */
export async function refuseHalfDone(payload: Payload): Promise<void> {
  const { keyRing } = compositionOf(payload).vault
  const rotation = await findHalfDone(payload)
  const absent = rotation?.counts?.from.filter((keyId) => !keyRing.ids.includes(keyId)) ?? []
  if (!rotation || absent.length === 0) return
  const { byKey } = await countWraps(payload)
  const missing = absent.filter((keyId) => byKey.has(keyId))
  if (missing.length > 0) throw halfDoneError({ target: rotation.keyId, missing })
}

export const halfDoneError = ({ target, missing }: { target: string; missing: readonly string[] }) =>
  new VaultError({
    code: 'wrong_encryption_key',
    message:
      `The rotation to the encryption key with the fingerprint ${target} is not finished: part of the data still needs the former one, ${missing.join(', ')}. ` +
      'Name it in ENCRYPTION_KEYS_RETIRED, start, and finish with: npm run keys -- rotate. Nothing was changed.',
  })
