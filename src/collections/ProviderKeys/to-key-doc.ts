import type { Payload } from 'payload'
import type { DocumentId } from '../../access/index.ts'
import { healthOf } from '../../key-health/health-of.ts'
import { findFormerVersions, isEnvironmentKey } from '../../vault/index.ts'
import type { FormerVersion, KeyRecord } from '../../vault/index.ts'

/** Where a key comes from: the vault, or with `KEY_SOURCE=dev-env` a variable of the developer's machine. */
export type KeySource = 'database' | 'environment'

type KeyDocOptions = { record: KeyRecord; former?: FormerVersion }

/** A key as `/api/user-api-keys` shows it. */
export const toKeyDoc = ({ record, former }: KeyDocOptions) => ({
  id: record.id,
  provider: record.provider,
  source: sourceOf(record),
  masked: record.masked,
  status: record.status,
  message: record.message,
  ...(record.fixUrl ? { fixUrl: record.fixUrl } : {}),
  capabilities: record.capabilities ?? {},
  metadata: record.metadata ?? {},
  isActive: record.isActive,
  version: record.version,
  former: former ?? null,
  lastValidated: record.checkedAt || null,
  latencyMs: record.latencyMs,
  ...withExpiry(record),
  lastUsedAt: record.lastUsedAt ?? null,
  ...healthOf(record),
  defaults: record.defaults ?? {},
  createdAt: record.createdAt,
  updatedAt: record.updatedAt,
})

const sourceOf = (record: KeyRecord): KeySource => (isEnvironmentKey(record) ? 'environment' : 'database')

/** What counts is what comes first: the end that the provider tells, or the one that the owner set. */
function withExpiry({ expiresAt, ownerExpiresAt }: KeyRecord) {
  const ends = [expiresAt, ownerExpiresAt].flatMap((end) => (end ? [new Date(end).toISOString()] : []))
  const [first] = ends.sort()
  return {
    ...(first === undefined ? {} : { expiresAt: first }),
    ownerExpiresAt: ownerExpiresAt ? new Date(ownerExpiresAt).toISOString() : null,
  }
}

type ReadDocsOptions = { payload: Payload; tenant: DocumentId; records: readonly KeyRecord[] }

/** Keys of one tenant as documents, with the former versions that are still in grace: one query for all of them. */
export async function toKeyDocs({ payload, tenant, records }: ReadDocsOptions) {
  const former = await findFormerVersions({ payload, tenant, records })
  return records.map((record) => toKeyDoc({ record, former: former.get(record.credentialId) }))
}

/** One key as a document. */
export async function readKeyDoc({ payload, record }: { payload: Payload; record: KeyRecord }) {
  const { tenant } = record
  const former = await findFormerVersions({ payload, tenant, records: [record] })
  return toKeyDoc({ record, former: former.get(record.credentialId) })
}
