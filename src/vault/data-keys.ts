import { randomBytes } from 'node:crypto'
import type { Payload } from 'payload'
import { VAULT_DATA_KEYS } from '../collections/slugs.ts'
import { compositionOf } from '../composition.ts'
import { KEY_BYTES } from './aes-gcm.ts'
import { plantAuditHead } from './audit-head.ts'
import { isUniqueViolation } from './is-unique-violation.ts'
import { VaultError, isVaultError } from './vault-error.ts'
import { dataKeyContext } from './wrap-contexts.ts'
import { formatWrappedKey, parseWrappedKey } from './wrapped-key-text.ts'

/** A row of the collection of data keys. */
export type DataKeyRow = { id: number | string; tenant: string; generation: number; keyId: string; wrapped: string }
type Named = { payload: Payload; tenant: string; keyId: string }

/**
 * Lends one of the tenant's data keys to a function that must finish with it at once.
 * @throws VaultError `undecryptable` where the data key is gone or does not open, `wrong_encryption_key` where its
 *   key-encryption key was not given
 */
export async function withDataKey<Result>({
  payload,
  tenant,
  keyId,
  use,
}: Named & { use(key: Buffer): Result }): Promise<Result> {
  const { vault } = compositionOf(payload)
  const kept = vault.peekDataKey({ tenant, keyId })
  if (kept) return use(kept)

  const row = await payload.db.findOne<DataKeyRow>({
    collection: VAULT_DATA_KEYS,
    where: { and: [{ tenant: { equals: tenant } }, { keyId: { equals: keyId } }] },
  })
  if (!row) throw new VaultError({ code: 'undecryptable', message: 'The data key of this workspace is gone.' })
  const key = await unwrapDataKey({ payload, row })
  vault.keepDataKey({ tenant, keyId, key })
  return use(key)
}

/**
 * Opens a data key, without keeping it.
 * @throws VaultError `undecryptable` where it does not open, `wrong_encryption_key` where its key-encryption key was not given
 */
export async function unwrapDataKey({ payload, row }: { payload: Payload; row: DataKeyRow }): Promise<Buffer> {
  const { keyRing } = compositionOf(payload).vault
  try {
    const key = await keyRing.unwrap(parseWrappedKey(row.wrapped), dataKeyContext(row))
    if (key.length !== KEY_BYTES)
      throw new VaultError({ code: 'does_not_open', message: 'A data key has the wrong length.' })
    return key
  } catch (error) {
    if (!isVaultError(error)) throw error
    if (error.code === 'unknown_key') throw new VaultError({ code: 'wrong_encryption_key', message: error.message })
    throw new VaultError({ code: 'undecryptable', message: 'The data key of this workspace does not open.' })
  }
}

/**
 * The id of the data key that the tenant's next secret is written under; makes the first one. One that is damaged is
 * left as it is and followed by a new generation, so that keys can be entered again.
 * @throws VaultError `wrong_encryption_key` where the present one needs a key-encryption key that was not given
 */
export async function currentDataKeyId({ payload, tenant }: { payload: Payload; tenant: string }): Promise<string> {
  for (;;) {
    const { docs } = await payload.db.find<DataKeyRow>({
      collection: VAULT_DATA_KEYS,
      where: { tenant: { equals: tenant } },
      sort: '-generation',
      limit: 1,
      pagination: false,
    })
    const [newest] = docs
    if (newest && (await doesOpen({ payload, tenant, keyId: newest.keyId }))) return newest.keyId
    const made = await createDataKey({ payload, tenant, generation: (newest?.generation ?? 0) + 1 })
    if (made) return made
  }
}

async function doesOpen(named: Named): Promise<boolean> {
  try {
    return await withDataKey({ ...named, use: () => true })
  } catch (error) {
    if (isVaultError(error) && error.code === 'undecryptable') return false
    throw error
  }
}

/** @returns undefined where somebody else made that generation first */
async function createDataKey(options: {
  payload: Payload
  tenant: string
  generation: number
}): Promise<string | undefined> {
  const { payload, tenant, generation } = options
  const { vault } = compositionOf(payload)
  const keyId = randomBytes(12).toString('hex')
  const key = randomBytes(KEY_BYTES)
  const wrap = () => vault.keyRing.wrap(key, dataKeyContext({ tenant, keyId }))
  const wrapped = await wrap()
  try {
    await payload.db.create({
      collection: VAULT_DATA_KEYS,
      data: { tenant, generation, keyId, wrapped: formatWrappedKey(wrapped) },
    })
  } catch (error) {
    key.fill(0)
    if (isUniqueViolation(error)) return undefined
    throw error
  }
  if (wrapped.keyId !== vault.keyRing.currentId) {
    // The key was changed while the row was on its way: a rotation may have looked before it was there.
    const data = { wrapped: formatWrappedKey(await wrap()) }
    await payload.db.updateOne({ collection: VAULT_DATA_KEYS, where: { keyId: { equals: keyId } }, data })
  }
  if (generation === 1) await plantAuditHead({ payload, tenant, key, keyId })
  vault.keepDataKey({ tenant, keyId, key })
  return keyId
}

/** Destroys every data key of the tenant, in the database and in this process. */
export async function destroyDataKeys({ payload, tenant }: { payload: Payload; tenant: string }): Promise<void> {
  await payload.db.deleteMany({ collection: VAULT_DATA_KEYS, where: { tenant: { equals: tenant } } })
  compositionOf(payload).vault.forgetTenant(tenant)
}
