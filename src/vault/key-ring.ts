import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'

export type WrappedKey = { keyId: string; nonce: Buffer; ciphertext: Buffer; tag: Buffer }

/** The key-encryption keys: the current one writes, the retired ones only read. Never prints its keys. */
export type KeyRing = {
  /** Fingerprint of the current key: 16 hex digits that reveal nothing of it. */
  readonly currentId: string
  /** Fingerprints of every key that can read, the current one first. */
  readonly ids: readonly string[]
  /** Encrypts a data key under the current key, bound to `context`. */
  wrap(plaintext: Buffer, context: Buffer): WrappedKey
  /** @throws Error when no key of the ring has that id, or the wrap was tampered with */
  unwrap(wrapped: WrappedKey, context: Buffer): Buffer
}

const fingerprintOf = (key: Buffer): string =>
  createHmac('sha256', key).update('patchbay key-encryption key fingerprint').digest('hex').slice(0, 16)

/** @param current 32 bytes; `retired` likewise, former keys that data may still need */
export function createKeyRing({ current, retired }: { current: Buffer; retired: readonly Buffer[] }): KeyRing {
  const keys = new Map([current, ...retired].map((key) => [fingerprintOf(key), key]))
  const currentId = fingerprintOf(current)

  return {
    currentId,
    ids: [...keys.keys()],
    wrap(plaintext, context) {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', current, nonce, { authTagLength: 16 }).setAAD(context)
      const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()])
      return { keyId: currentId, nonce, ciphertext, tag: cipher.getAuthTag() }
    },
    unwrap({ keyId, nonce, ciphertext, tag }, context) {
      const key = keys.get(keyId)
      if (!key) throw new Error(`No key-encryption key with the fingerprint ${keyId}`)
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 }).setAAD(context).setAuthTag(tag)
      return Buffer.concat([decipher.update(ciphertext), decipher.final()])
    },
  }
}
