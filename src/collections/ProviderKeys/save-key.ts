import { resolveAlerts } from '../../alerts/index.ts'
import type { ProviderManifest } from '../../provider-kit/index.ts'
import { VaultError, findKeyRecord, isVaultError, replaceCredential, storeCredential } from '../../vault/index.ts'
import type { Credentials, KeyMetadata, KeyRecord } from '../../vault/index.ts'
import type { KeyCheck } from './check-key.ts'
import { keyRejected, toSavedVerdict } from './define-key-endpoint.ts'
import type { KeyRequest } from './define-key-endpoint.ts'
import { rememberInEnvFile } from './keep-env-file.ts'

type NewKey = {
  request: KeyRequest
  manifest: ProviderManifest
  credentials: Credentials
  defaults?: KeyMetadata
  /** ISO 8601; null and undefined: never. */
  expiresAt?: string | null
}

/** What was saved, and what the provider said of it before. */
export type SavedKey = { record: KeyRecord; verdict: KeyCheck }

/**
 * Tests a provider's first key and stores it.
 * @throws ApiError 422 `key_rejected`: nothing was saved; VaultError `exists`
 */
export async function storeGivenKey(key: NewKey): Promise<SavedKey> {
  const { request, manifest, credentials, defaults, expiresAt } = key
  const { tenant, audit, req } = request
  if (await findKeyRecord({ payload: req.payload, tenant, provider: manifest.id })) {
    throw new VaultError({ code: 'exists', message: 'There is one already.' })
  }
  const verdict = await testGivenKey({ ...key, action: 'key.stored' })
  const record = await storeCredential({
    payload: req.payload,
    tenant,
    provider: manifest.id,
    credentials,
    primaryCredential: manifest.primaryCredential,
    verdict: toSavedVerdict(verdict),
    defaults,
    ownerExpiresAt: expiresAt,
  })
  rememberInEnvFile({ payload: req.payload, provider: manifest.id, credentials })
  await audit({ action: 'key.stored', provider: manifest.id, key: record, status: verdict.status })
  return { record, verdict }
}

/**
 * Tests a key and puts it in the place of the stored one.
 * @throws ApiError 422 `key_rejected`: the stored one stays in use; VaultError `missing`
 */
export async function replaceGivenKey({ record, ...key }: NewKey & { record: KeyRecord }): Promise<SavedKey> {
  const { request, manifest, credentials, defaults, expiresAt } = key
  const verdict = await testGivenKey({ ...key, action: 'key.replaced' })
  const replaced = await replaceCredential({
    payload: request.req.payload,
    record,
    credentials,
    primaryCredential: manifest.primaryCredential,
    verdict: toSavedVerdict(verdict),
    defaults,
    ownerExpiresAt: expiresAt,
  })
  rememberInEnvFile({ payload: request.req.payload, provider: manifest.id, credentials })
  await request.audit({ action: 'key.replaced', provider: manifest.id, key: replaced, status: verdict.status })
  // They were about the former key.
  const { payload } = request.req
  await resolveAlerts({ payload, tenant: request.tenant, credentialId: record.credentialId })
  return { record: replaced, verdict }
}

/** Stores the key, or replaces the one that is there: for forms that do not ask which of the two it is. */
export async function saveGivenKey(key: NewKey): Promise<SavedKey> {
  const { request, manifest } = key
  const find = () => findKeyRecord({ payload: request.req.payload, tenant: request.tenant, provider: manifest.id })
  const record = await find()
  if (record) return replaceGivenKey({ ...key, record })
  try {
    return await storeGivenKey(key)
  } catch (error) {
    // Somebody stored one a moment ago: this one is newer.
    const stored = isVaultError(error) && error.code === 'exists' ? await find() : undefined
    if (!stored) throw error
    return replaceGivenKey({ ...key, record: stored })
  }
}

async function testGivenKey({
  request,
  manifest,
  credentials,
  action,
}: NewKey & { action: string }): Promise<KeyCheck> {
  const verdict = await request.check(manifest, credentials)
  if (verdict.status !== 'rejected') return verdict
  await request.audit({ action, provider: manifest.id, result: 'refused', status: verdict.status })
  throw keyRejected(manifest, verdict)
}
