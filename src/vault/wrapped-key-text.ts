import type { WrappedKey } from './key-providers/key-provider.ts'
import { VaultError } from './vault-error.ts'

/** Version, id of the key-encryption key, its provider's bytes as base64url. */
const WRAPPED = /^pbk1\.([A-Za-z0-9:/_-]{1,200})\.([A-Za-z0-9_-]{4,8000})$/

/** A wrapped key as the text that the database keeps. */
export const formatWrappedKey = ({ keyId, sealed }: WrappedKey): string =>
  `pbk1.${keyId}.${sealed.toString('base64url')}`

/** @throws VaultError `malformed_envelope` */
export function parseWrappedKey(text: string): WrappedKey {
  const [, keyId, body] = WRAPPED.exec(text) ?? []
  const sealed = Buffer.from(body ?? '', 'base64url')
  if (keyId === undefined || sealed.toString('base64url') !== body) {
    throw new VaultError({
      code: 'malformed_envelope',
      message: 'The stored data key has not the form of a wrapped key.',
    })
  }
  return { keyId, sealed }
}
