import { createHmac } from 'node:crypto'
import { seal, unseal } from './aes-gcm.ts'
import { VaultError } from './vault-error.ts'

/** A data key in its wrap: which key-encryption key opens it, and bytes that only that key's provider understands. */
export type WrappedKey = { keyId: string; sealed: Buffer }

/**
 * The key-encryption keys: the current one writes, the retired ones only read. Never prints its keys.
 * A key-management service in the cloud is another implementation of this type.
 */
export type KeyRing = {
  /** Names the current key and reveals nothing of it: letters, digits, `:`, `/`, `_` and `-`. */
  readonly currentId: string
  /** Names of every key that can read, the current one first. */
  readonly ids: readonly string[]
  /** Encrypts a data key under the current key, bound to `context`. */
  wrap(plaintext: Buffer, context: Buffer): WrappedKey | Promise<WrappedKey>
  /**
   * @throws VaultError `unknown_key` when no key of the ring has that id, `does_not_open` when wrap or context are not
   *   the ones it was made with
   */
  unwrap(wrapped: WrappedKey, context: Buffer): Buffer | Promise<Buffer>
}

/** 16 hex digits that stay the same for a key and reveal nothing of it. */
export const fingerprintOfKey = (key: Buffer): string =>
  createHmac('sha256', key).update('patchbay key-encryption key fingerprint').digest('hex').slice(0, 16)

/**
 * The key ring of keys from the environment.
 * @param options.current 32 bytes
 * @param options.retired 32 bytes each: former keys that data may still need
 */
export function createKeyRing({ current, retired }: { current: Buffer; retired: readonly Buffer[] }): KeyRing {
  const keys = new Map([current, ...retired].map((key) => [fingerprintOfKey(key), key]))
  const currentId = fingerprintOfKey(current)

  return {
    currentId,
    ids: [...keys.keys()],
    wrap: (plaintext, context) => ({ keyId: currentId, sealed: seal({ key: current, plaintext, context }) }),
    unwrap({ keyId, sealed }, context) {
      const key = keys.get(keyId)
      if (!key)
        throw new VaultError({ code: 'unknown_key', message: `No key-encryption key has the fingerprint ${keyId}.` })
      try {
        return unseal({ key, sealed, context })
      } catch {
        throw new VaultError({
          code: 'does_not_open',
          message: `The key-encryption key ${keyId} does not open this wrap.`,
        })
      }
    },
  }
}
