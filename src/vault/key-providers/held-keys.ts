import { createHmac } from 'node:crypto'
import { seal, unseal } from '../aes-gcm.ts'
import { VaultError } from '../vault-error.ts'
import type { KeyProvider } from './key-provider.ts'

/** 16 hex digits that stay the same for a key and reveal nothing of it. */
export const fingerprintOfKey = (key: Buffer): string =>
  createHmac('sha256', key).update('patchbay key-encryption key fingerprint').digest('hex').slice(0, 16)

/** What a provider that holds its keys in memory holds: 32 bytes each. */
export type HeldKeys = { current: Buffer; others: readonly Buffer[] }

/** Keys in this process's memory, under AES-256-GCM, by their fingerprints. Never prints them. */
export function createHeldKeys({ current, others }: HeldKeys): Required<Pick<KeyProvider, 'ids'>> & KeyProvider {
  const keys = new Map([current, ...others].map((key) => [fingerprintOfKey(key), key]))
  const id = fingerprintOfKey(current)
  return {
    id,
    ids: [...keys.keys()],
    wrap: (plaintext, context) => ({ keyId: id, sealed: seal({ key: current, plaintext, context }) }),
    unwrap({ keyId, sealed }, context) {
      const key = keys.get(keyId)
      try {
        if (key) return unseal({ key, sealed, context })
      } catch {
        // Told below: the cause says nothing that people could use.
      }
      throw new VaultError({
        code: 'does_not_open',
        message: `The key-encryption key ${keyId} does not open this wrap.`,
      })
    },
  }
}
