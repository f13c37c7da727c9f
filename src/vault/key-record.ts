import type { Payload } from 'payload'
import type { DocumentId } from '../access/membership.ts'
import { PROVIDER_KEYS } from '../collections/slugs.ts'
import type { Capability, KeyStatus } from '../provider-kit/index.ts'

/** What a stored key's row can say: a verdict, or that the vault can no longer open it. */
export type StoredKeyStatus = KeyStatus | 'undecryptable'

export type KeyMetadata = Record<string, string | number | boolean | null>

/** The last verdict, as it is written beside a key. Scrubbed of the key before it gets here. */
export type RecordedVerdict = {
  status: StoredKeyStatus
  capabilities: Partial<Record<Capability, boolean>>
  message: string
  fixUrl?: string | null
  metadata: KeyMetadata
  /** ISO 8601. */
  checkedAt: string
  latencyMs: number
}

/** What people may see of a stored key. `version` says which ciphertext is in use. */
export type KeyRecord = RecordedVerdict & {
  id: DocumentId
  tenant: DocumentId
  provider: string
  credentialId: string
  version: number
  masked: string
  isActive: boolean
  /** When the provider says that the key ends, ISO 8601. */
  expiresAt?: string | null
  /** When its owner says so. */
  ownerExpiresAt?: string | null
  lastUsedAt?: string | null
  defaults?: KeyMetadata | null
  createdAt: string
  updatedAt: string
}

/** Whether a key in that state may be used at all. */
export const isUsableStatus = (status: StoredKeyStatus): boolean => status !== 'rejected' && status !== 'undecryptable'

/**
 * A tenant id as the database compares it; undefined for a text that cannot be one, as a URL may bring it. An id has
 * one way of being written: by another, a webhook that was seen already would pass for a new one.
 */
export function toTenantId(payload: Payload, tenant: DocumentId): DocumentId | undefined {
  if (payload.db.defaultIDType === 'number') return /^[1-9]\d{0,14}$/.test(String(tenant)) ? Number(tenant) : undefined
  return /^[0-9a-f]{24}$/.test(String(tenant)) ? String(tenant) : undefined
}

type FindOptions = { payload: Payload; tenant: DocumentId; provider: string }

/** The tenant's key of a provider; undefined where it has none. */
export async function findKeyRecord({ payload, tenant, provider }: FindOptions): Promise<KeyRecord | undefined> {
  const id = toTenantId(payload, tenant)
  if (id === undefined) return undefined
  const record = await payload.db.findOne<KeyRecord>({
    collection: PROVIDER_KEYS,
    where: { and: [{ tenant: { equals: id } }, { provider: { equals: provider } }] },
  })
  return record ?? undefined
}

/** Every key of a tenant, by provider id. */
export async function listKeyRecords({
  payload,
  tenant,
}: {
  payload: Payload
  tenant: DocumentId
}): Promise<KeyRecord[]> {
  const id = toTenantId(payload, tenant)
  if (id === undefined) return []
  const { docs } = await payload.db.find<KeyRecord>({
    collection: PROVIDER_KEYS,
    where: { tenant: { equals: id } },
    sort: 'provider',
    limit: 0,
    pagination: false,
  })
  return docs
}

type UpdateOptions = {
  payload: Payload
  record: Pick<KeyRecord, 'credentialId' | 'tenant'>
  /** Only while the row's version is so; nothing happens otherwise. */
  version?: { equals: number } | { less_than: number }
  data: Partial<Omit<KeyRecord, 'id' | 'tenant' | 'provider' | 'credentialId' | 'createdAt'>>
}

/**
 * Changes the row of a key, in one conditional write.
 * @returns undefined where the key is gone or has another version by now
 */
export async function updateKeyRecord({
  payload,
  record,
  version,
  data,
}: UpdateOptions): Promise<KeyRecord | undefined> {
  const updated: unknown = await payload.db.updateOne({
    collection: PROVIDER_KEYS,
    where: {
      and: [
        { credentialId: { equals: record.credentialId } },
        { tenant: { equals: record.tenant } },
        ...(version === undefined ? [] : [{ version }]),
      ],
    },
    data: { ...data, updatedAt: new Date().toISOString() },
  })
  return (updated as KeyRecord | null) ?? undefined
}

/** Writes a fresh verdict beside the version of the key that was tested. */
export const recordVerdict = (options: { payload: Payload; record: KeyRecord; verdict: RecordedVerdict }) => {
  const { payload, record, verdict } = options
  return updateKeyRecord({ payload, record, version: { equals: record.version }, data: verdictData(verdict) })
}

/** A verdict as the columns of the row. */
export const verdictData = ({
  status,
  capabilities,
  message,
  fixUrl,
  metadata,
  checkedAt,
  latencyMs,
}: RecordedVerdict) => ({
  status,
  capabilities,
  message,
  fixUrl: fixUrl ?? null,
  metadata,
  checkedAt,
  latencyMs,
  isActive: isUsableStatus(status),
  expiresAt: expiryOf(metadata),
  statusSince: checkedAt,
  // Planned anew: every state has its own pace.
  nextProbeAt: null,
  probeFailures: 0,
})

/** Where a provider tells when the key ends. */
const expiryOf = ({ expiresAt }: KeyMetadata): string | null =>
  typeof expiresAt === 'string' && !Number.isNaN(Date.parse(expiresAt)) ? new Date(expiresAt).toISOString() : null
