import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

/** Bytes of a key, of a nonce and of a tag: AES-256-GCM with the sizes that NIST SP 800-38D recommends. */
export const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16

type SealOptions = { key: Buffer; plaintext: Buffer; context: Buffer }
type UnsealOptions = { key: Buffer; sealed: Buffer; context: Buffer }

/**
 * Encrypts under a fresh random nonce.
 * @param options.context additional authenticated data: what the plaintext belongs to
 * @returns nonce (12 bytes), ciphertext, tag (16 bytes), in this order
 */
export function seal({ key, plaintext, context }: SealOptions): Buffer {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES }).setAAD(context)
  return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
}

/**
 * Opens what `seal` made.
 * @throws Error when too short to hold a whole nonce and tag, or when key, context or any byte is not the one it was sealed with
 */
export function unseal({ key, sealed, context }: UnsealOptions): Buffer {
  if (sealed.length <= NONCE_BYTES + TAG_BYTES) throw new Error('Too short to be a sealed text')
  const nonce = sealed.subarray(0, NONCE_BYTES)
  const tag = sealed.subarray(sealed.length - TAG_BYTES)
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
    .setAAD(context)
    .setAuthTag(tag)
  const plaintext = decipher.update(sealed.subarray(NONCE_BYTES, sealed.length - TAG_BYTES))
  return Buffer.concat([plaintext, decipher.final()])
}
