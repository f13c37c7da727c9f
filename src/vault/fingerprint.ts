import { createHmac, hkdfSync } from 'node:crypto'

/**
 * Tells one key of a tenant from another without revealing anything of it: 16 hex digits. Made under a key derived
 * from the tenant's data key, so that the same provider key at two tenants has two fingerprints.
 */
export function fingerprintOf({ dataKey, plaintext }: { dataKey: Buffer; plaintext: Buffer }): string {
  const key = Buffer.from(hkdfSync('sha256', dataKey, Buffer.alloc(0), 'patchbay credential fingerprint', 32))
  return createHmac('sha256', key).update(plaintext).digest('hex').slice(0, 16)
}
