import type { Payload } from 'payload'
import { VAULT_CANARY, VAULT_DATA_KEYS } from '../collections/slugs.ts'
import { compositionOf } from '../composition.ts'
import { isUniqueViolation } from './is-unique-violation.ts'
import type { KeyRing } from './key-ring.ts'
import { findHalfDone, halfDoneError } from './rotation/refuse-half-done.ts'
import { VaultError, isVaultError } from './vault-error.ts'
import { CANARY_CONTEXT } from './wrap-contexts.ts'
import { formatWrappedKey, parseWrappedKey } from './wrapped-key-text.ts'

const NAME = 'canary'
const TEXT = Buffer.from('The vault opens with this key.')

type CanaryRow = { id: number | string; wrapped: string }

/**
 * Opens the text that was encrypted under the key-encryption key at the first start; writes it where there is none yet.
 * @throws VaultError `wrong_encryption_key` when no key that was given opens it: the message names the fingerprint of
 *   the key that the data needs and of the one given; `damaged_canary` when the text itself was changed
 */
export async function openCanary(payload: Payload): Promise<void> {
  const { keyRing } = compositionOf(payload).vault
  const row = (await findCanary(payload)) ?? (await plantCanary({ payload, keyRing }))
  if (row) await openRow({ payload, keyRing, row })
}

/** As `openCanary`, but writes nothing. */
export async function checkCanary(payload: Payload): Promise<void> {
  const row = await findCanary(payload)
  if (row) await openRow({ payload, keyRing: compositionOf(payload).vault.keyRing, row })
}

const findCanary = (payload: Payload) =>
  payload.db.findOne<CanaryRow>({ collection: VAULT_CANARY, where: { name: { equals: NAME } } })

/** @returns the row of another node, where that was quicker */
async function plantCanary({ payload, keyRing }: { payload: Payload; keyRing: KeyRing }): Promise<CanaryRow | null> {
  await refuseForeignData({ payload, keyRing })
  const wrapped = formatWrappedKey(await keyRing.wrap(TEXT, CANARY_CONTEXT))
  try {
    await payload.db.create({ collection: VAULT_CANARY, data: { name: NAME, wrapped } })
    return null
  } catch (error) {
    if (isUniqueViolation(error)) return findCanary(payload)
    throw error
  }
}

/** A lost canary must not let a wrong key in: the oldest data key speaks in its place. */
async function refuseForeignData({ payload, keyRing }: { payload: Payload; keyRing: KeyRing }): Promise<void> {
  const { docs } = await payload.db.find<{ wrapped: string }>({
    collection: VAULT_DATA_KEYS,
    sort: 'createdAt',
    limit: 1,
    pagination: false,
  })
  const [oldest] = docs
  if (!oldest) return
  const { keyId } = parseWrappedKey(oldest.wrapped)
  if (!keyRing.ids.includes(keyId)) throw wrongKey({ needed: keyId, given: keyRing.currentId })
}

type OpenOptions = { payload: Payload; keyRing: KeyRing; row: CanaryRow }

async function openRow({ payload, keyRing, row }: OpenOptions): Promise<void> {
  try {
    const text = await keyRing.unwrap(parseWrappedKey(row.wrapped), CANARY_CONTEXT)
    if (text.equals(TEXT)) return
  } catch (error) {
    if (!isVaultError(error)) throw error
    if (error.code === 'unknown_key') {
      const needed = parseWrappedKey(row.wrapped).keyId
      const rotation = await findHalfDone(payload)
      throw rotation
        ? halfDoneError({ target: rotation.keyId, missing: [needed] })
        : wrongKey({ needed, given: keyRing.currentId })
    }
  }
  throw new VaultError({
    code: 'damaged_canary',
    message:
      'The text in the database that proves the encryption key was changed. Restore the database from a backup. Nothing was changed.',
  })
}

const wrongKey = ({ needed, given }: { needed: string; given: string }) =>
  new VaultError({
    code: 'wrong_encryption_key',
    message:
      `ENCRYPTION_KEY does not fit this database: its data needs the key with the fingerprint ${needed}, the one given has ${given}. ` +
      'Start with the former key, or name it in ENCRYPTION_KEYS_RETIRED. Nothing was changed.',
  })
