import type { Payload } from 'payload'
import type { KeyRecord } from './key-record.ts'
import { openSecret } from './secret-rows.ts'
import type { Credentials } from './secret-rows.ts'
import { nameOf } from './stored-credentials.ts'
import { isVaultError } from './vault-error.ts'

/**
 * Whether a key is the one that is in use, without handing the stored one out or noting anything.
 * @returns false also where the stored one does not open
 * @throws VaultError `wrong_encryption_key`
 */
export async function isStoredCredential(options: {
  payload: Payload
  record: KeyRecord
  credentials: Credentials
}): Promise<boolean> {
  const { payload, record, credentials } = options
  try {
    const opened = await openSecret({ payload, context: { ...nameOf(record), version: record.version } })
    const names = new Set([...Object.keys(opened.credentials), ...Object.keys(credentials)])
    return [...names].every((name) => opened.credentials[name] === credentials[name])
  } catch (error) {
    if (isVaultError(error) && error.code !== 'wrong_encryption_key') return false
    throw error
  }
}
