import type { Payload } from 'payload'
import type { DocumentId } from '../access/membership.ts'
import { findEnvironmentKey, isEnvironmentKey, openEnvironmentKey } from './environment-keys.ts'
import { updateKeyRecord } from './key-record.ts'
import { readKeyInUse } from './read-key-in-use.ts'
import type { KeyInUse } from './read-key-in-use.ts'
import { openStored } from './secret-rows.ts'
import type { Credentials } from './secret-rows.ts'
import { noteUse } from './note-use.ts'
import { nameOf } from './stored-credentials.ts'
import { VaultError, isVaultError } from './vault-error.ts'

/**
 * What a key is wanted for.
 * - `call`, `chat`: paid work at the provider; a key that the provider refused is not given
 * - `check`: a test of the key itself
 * - `webhook`: proving who sent a webhook, and ending what already runs
 */
export type KeyPurpose = 'call' | 'chat' | 'check' | 'webhook'

const PAID_WORK: ReadonlySet<KeyPurpose> = new Set(['call', 'chat'])

/** A key opened for one use. */
export type ResolvedKey = {
  /** By their names in the manifest. */
  credentials: Credentials
  /** Public id; safe for logs and receipts, as are version and fingerprint. */
  credentialId: string
  version: number
  fingerprint: string
  /** Drops the credentials; whoever still reads them afterwards finds none. */
  release(): void
}

type ResolveOptions = { payload: Payload; tenant: DocumentId; provider: string; purpose: KeyPurpose }

/**
 * Opens the tenant's key of a provider: the one reader of secrets. Nothing of it is kept; each call reads the database.
 * With `KEY_SOURCE=dev-env` a key of the environment fills in where the tenant has none: its version is 0.
 * @throws VaultError `missing`; `rejected` where the provider refused it when last tested and it is wanted for paid work;
 *   `undecryptable` where it does not open, which its row says from then on; `wrong_encryption_key`
 */
export async function resolveForUse({ payload, tenant, provider, purpose }: ResolveOptions): Promise<ResolvedKey> {
  const stored = await readKeyInUse({ payload, tenant, provider })
  const record: KeyInUse | undefined = stored?.record ?? (await findEnvironmentKey({ payload, tenant, provider }))
  if (!record) throw new VaultError({ code: 'missing', message: `There is no ${provider} key.` })
  const isPaidWork = PAID_WORK.has(purpose)
  if (isPaidWork && record.status === 'rejected') {
    throw new VaultError({ code: 'rejected', message: `The ${provider} key was refused when it was last tested.` })
  }
  const isStored = !isEnvironmentKey(record)
  const { credentials, fingerprint } = await open({ payload, record, envelope: stored?.envelope })
  if (record.status === 'undecryptable') await markReadable({ payload, record })
  if (isPaidWork && isStored) await noteUse({ payload, record })
  return {
    credentials,
    credentialId: record.credentialId,
    version: record.version,
    fingerprint,
    release() {
      for (const name of Object.keys(credentials)) delete credentials[name]
    },
  }
}

type OpenOptions = { payload: Payload; record: KeyInUse; envelope: string | undefined }

async function open({ payload, record, envelope }: OpenOptions) {
  const given = isEnvironmentKey(record) ? openEnvironmentKey({ payload, provider: record.provider }) : undefined
  if (given) return given
  try {
    return await openStored({ payload, envelope, context: { ...nameOf(record), version: record.version } })
  } catch (error) {
    if (!isVaultError(error) || (error.code !== 'undecryptable' && error.code !== 'missing')) throw error
    await updateKeyRecord({
      payload,
      record,
      version: { equals: record.version },
      data: { status: 'undecryptable', isActive: false, message: UNDECRYPTABLE_MESSAGE },
    })
    throw new VaultError({ code: 'undecryptable', message: UNDECRYPTABLE_MESSAGE })
  }
}

const UNDECRYPTABLE_MESSAGE = 'This key can no longer be opened. Enter this key again.'

/** A database or a key-encryption key that came back from a backup makes a key readable again. */
async function markReadable({ payload, record }: { payload: Payload; record: KeyInUse }): Promise<void> {
  const data = { status: 'unverified', isActive: true, message: 'This key can be opened again. Test it.' } as const
  await updateKeyRecord({ payload, record, version: { equals: record.version }, data })
}
