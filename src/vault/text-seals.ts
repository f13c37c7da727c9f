import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { Payload } from 'payload'
import { currentDataKeyId, withDataKey } from './data-keys.ts'
import { isVaultError } from './vault-error.ts'

/** Version, id of the data key, HMAC-SHA256 as base64url. */
const SEAL = /^s1\.([0-9a-f]{24})\.([A-Za-z0-9_-]{43})$/

type SealUnderOptions = { key: Buffer; keyId: string; texts: readonly string[] }

/** Seals texts under a key derived from a data key. A seal survives every change of the key-encryption key. */
export function sealUnder({ key, keyId, texts }: SealUnderOptions): string[] {
  const sealKey = Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), 'patchbay text seal', 32))
  const seals = texts.map(
    (text) => `s1.${keyId}.${createHmac('sha256', sealKey).update(text, 'utf8').digest('base64url')}`,
  )
  sealKey.fill(0)
  return seals
}

type SealOptions = { payload: Payload; tenant: string; texts: readonly string[] }

/**
 * Seals texts so that whoever can write the database, but lacks the key-encryption key, cannot make another one.
 * @param options.keyId the data key that sealed before; without it, or where it is gone, the tenant's current one is
 *   asked for, and made where there is none
 * @returns one seal for each text, and the id of the data key
 * @throws VaultError `wrong_encryption_key`
 */
export async function sealTexts({
  keyId,
  ...options
}: SealOptions & { keyId?: string }): Promise<{ keyId: string; seals: string[] }> {
  if (keyId) {
    const seals = await trySeal({ ...options, keyId })
    if (seals) return { keyId, seals }
  }
  const current = await currentDataKeyId(options)
  return { keyId: current, seals: await withSealKey({ ...options, keyId: current }) }
}

const withSealKey = ({ payload, tenant, keyId, texts }: SealOptions & { keyId: string }) =>
  withDataKey({ payload, tenant, keyId, use: (key) => sealUnder({ key, keyId, texts }) })

async function trySeal(options: SealOptions & { keyId: string }): Promise<string[] | undefined> {
  try {
    return await withSealKey(options)
  } catch (error) {
    if (isVaultError(error) && error.code === 'undecryptable') return undefined
    throw error
  }
}

export type SealedText = { text: string; seal: unknown }

/**
 * Whether each seal is the one that was made for its text, for this tenant. One whose data key is gone is not.
 * @throws VaultError `wrong_encryption_key`
 */
export async function areSealed({
  payload,
  tenant,
  sealed,
}: {
  payload: Payload
  tenant: string
  sealed: readonly SealedText[]
}): Promise<boolean[]> {
  const keyIds = sealed.map(({ seal }) => SEAL.exec(String(seal))?.[1])
  const verdicts = sealed.map(() => false)
  for (const keyId of new Set(keyIds)) {
    if (keyId === undefined) continue
    const places = [...keyIds.keys()].filter((place) => keyIds[place] === keyId)
    const texts = places.map((place) => sealed[place]?.text ?? '')
    const seals = await trySeal({ payload, tenant, keyId, texts })
    places.forEach((place, index) => {
      verdicts[place] = isSame(seals?.[index], sealed[place]?.seal)
    })
  }
  return verdicts
}

function isSame(one: string | undefined, other: unknown): boolean {
  const [left, right] = [Buffer.from(one ?? ''), Buffer.from(String(other))]
  return one !== undefined && left.length === right.length && timingSafeEqual(left, right)
}
