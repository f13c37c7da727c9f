import { randomBytes } from 'node:crypto'
import type { Payload } from 'payload'
import type { DocumentId } from '../access/membership.ts'
import { PROVIDER_KEYS, TENANTS } from '../collections/slugs.ts'
import { destroyTenantSecrets } from './destroy-tenant-keys.ts'
import { isUniqueViolation } from './is-unique-violation.ts'
import { findKeyRecord, updateKeyRecord, verdictData } from './key-record.ts'
import type { KeyMetadata, KeyRecord, RecordedVerdict } from './key-record.ts'
import { maskSecret } from './mask.ts'
import { destroySecrets, insertSecret, openFormerSecret, settleVersions } from './secret-rows.ts'
import type { Credentials } from './secret-rows.ts'
import { sweepSecrets } from './sweep-secrets.ts'
import { VaultError } from './vault-error.ts'

type NewSecret = {
  credentials: Credentials
  /** The credential that people recognise the key by; its beginning is shown. */
  primaryCredential: string
  verdict: RecordedVerdict
  defaults?: KeyMetadata
  /** When its owner says that it ends, ISO 8601; a new key does not inherit what was said of the former one. */
  ownerExpiresAt?: string | null
}

/** Both halves of one credential by the same name: its ciphertexts and its row. */
export const nameOf = ({
  tenant,
  credentialId,
  provider,
}: Pick<KeyRecord, 'tenant' | 'credentialId' | 'provider'>) => ({
  tenant: String(tenant),
  credential: credentialId,
  provider,
})

const maskedOf = ({ credentials, primaryCredential }: NewSecret) => maskSecret(credentials[primaryCredential] ?? '')

type StoreOptions = NewSecret & { payload: Payload; tenant: DocumentId; provider: string }

/**
 * Stores the tenant's first key of a provider: the ciphertext, then the row that brings it into use.
 * @throws VaultError `exists` where the tenant has one, also when two come at once; `missing` where the tenant is gone;
 *   `wrong_encryption_key`
 */
export async function storeCredential(options: StoreOptions): Promise<KeyRecord> {
  const { payload, tenant, provider, credentials, verdict, defaults } = options
  await sweepSecrets({ payload })
  const credentialId = `cred_${randomBytes(12).toString('hex')}`
  const name = nameOf({ tenant, credentialId, provider })
  const version = await insertSecret({ payload, name, credentials, after: 0 })
  const now = new Date().toISOString()
  const row = {
    tenant,
    provider,
    credentialId,
    version,
    masked: maskedOf(options),
    defaults: defaults ?? null,
    ownerExpiresAt: options.ownerExpiresAt ?? null,
  }
  let record: KeyRecord
  try {
    record = await payload.db.create({
      collection: PROVIDER_KEYS,
      data: { ...row, ...verdictData(verdict), createdAt: now, updatedAt: now },
    })
  } catch (error) {
    await destroySecrets({ payload, name })
    if (isUniqueViolation(error))
      throw new VaultError({ code: 'exists', message: 'There is a key of this provider already.' })
    // SQLite takes no row of a tenant that is gone.
    await refuseGoneTenant({ payload, tenant })
    throw error
  }
  const settled = await settlePresent({ payload, record })
  await refuseGoneTenant({ payload, tenant })
  return settled
}

/** A tenant deleted while its key was being tested must not leave a data key behind. */
async function refuseGoneTenant({ payload, tenant }: { payload: Payload; tenant: DocumentId }): Promise<void> {
  if (await payload.db.findOne({ collection: TENANTS, where: { id: { equals: tenant } } })) return
  await destroyTenantSecrets({ payload, tenant })
  throw new VaultError({ code: 'missing', message: 'The workspace was deleted.' })
}

type ReplaceOptions = NewSecret & { payload: Payload; record: KeyRecord }

/**
 * Puts a new version into use; the former one stays through its grace. Of two at once both are written and the one with
 * the higher version is in use.
 * @returns the row as it is then
 * @throws VaultError `missing` where the key was deleted meanwhile; `wrong_encryption_key`
 */
export async function replaceCredential(options: ReplaceOptions): Promise<KeyRecord> {
  const { payload, record, credentials, verdict, defaults } = options
  await sweepSecrets({ payload })
  const name = nameOf(record)
  const version = await insertSecret({ payload, name, credentials, after: record.version })
  const promoted = await updateKeyRecord({
    payload,
    record,
    version: { less_than: version },
    data: {
      version,
      masked: maskedOf(options),
      ...verdictData(verdict),
      ownerExpiresAt: options.ownerExpiresAt ?? null,
      ...(defaults === undefined ? {} : { defaults }),
    },
  })
  const present = promoted ?? (await findKeyRecord({ payload, tenant: record.tenant, provider: record.provider }))
  if (present?.credentialId !== record.credentialId) {
    await destroySecrets({ payload, name, version })
    await refuseGoneTenant({ payload, tenant: record.tenant })
    throw new VaultError({ code: 'missing', message: 'The key was deleted meanwhile.' })
  }
  return settlePresent({ payload, record: present })
}

/**
 * Settles the version that the row names, and looks again: who settles later with what they read earlier would leave
 * the version in use to the sweep, and a former one to nobody.
 * @returns the row as it was when nothing had changed any more
 */
async function settlePresent({ payload, record }: { payload: Payload; record: KeyRecord }): Promise<KeyRecord> {
  for (let present = record; ; ) {
    await settleVersions({ payload, context: { ...nameOf(present), version: present.version } })
    const now = await findKeyRecord({ payload, tenant: record.tenant, provider: record.provider })
    if (now?.credentialId !== present.credentialId || now.version === present.version) return present
    present = now
  }
}

/**
 * The former credentials of a key, for testing them before they come back into use by `replaceCredential`.
 * @throws VaultError `no_former_version`, `undecryptable`, `wrong_encryption_key`
 */
export async function openFormerCredentials({
  payload,
  record,
}: {
  payload: Payload
  record: KeyRecord
}): Promise<Credentials> {
  await sweepSecrets({ payload })
  const { credentials } = await openFormerSecret({ payload, context: { ...nameOf(record), version: record.version } })
  return credentials
}

/** Deletes a key: every ciphertext, its row, and what somebody wrote in between. */
export async function destroyCredential({ payload, record }: { payload: Payload; record: KeyRecord }): Promise<void> {
  const name = nameOf(record)
  await destroySecrets({ payload, name })
  await payload.db.deleteMany({
    collection: PROVIDER_KEYS,
    where: { and: [{ credentialId: { equals: record.credentialId } }, { tenant: { equals: record.tenant } }] },
  })
  await destroySecrets({ payload, name })
  await sweepSecrets({ payload })
}
