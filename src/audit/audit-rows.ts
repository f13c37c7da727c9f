import type { Payload } from 'payload'
import type { DocumentId } from '../access/membership.ts'
import { AUDIT_HEADS, AUDIT_LOG } from '../collections/slugs.ts'
import type { AuditRow } from './audit-row.ts'

/** The end of a log, as the database has it. */
export type AuditHead = { tenant: string; sequence: number; hash: string; seal: string }

type TenantOptions = { payload: Payload; tenant: string; tenantId: DocumentId }
type WriteOptions = TenantOptions & { rows: readonly AuditRow[]; head: AuditHead }

/** The head of a tenant's log. */
export async function findHead({ payload, tenant }: Pick<TenantOptions, 'payload' | 'tenant'>) {
  const head = await payload.db.findOne<AuditHead & { id: DocumentId }>({
    collection: AUDIT_HEADS,
    where: { tenant: { equals: tenant } },
  })
  return head ?? undefined
}

type FindOptions = { payload: Payload; tenantId: DocumentId; limit: number; select?: Record<string, true> }

/** The rows of a tenant's log after a number, in their order. Those without a number are none of them. */
export async function findRowsAfter({ payload, tenantId, limit, after, select }: FindOptions & { after: number }) {
  const { docs } = await payload.db.find<Record<string, unknown>>({
    collection: AUDIT_LOG,
    where: { and: [{ tenant: { equals: tenantId } }, { sequence: { greater_than: after } }] },
    sort: 'sequence',
    limit,
    pagination: false,
    select,
  })
  return docs
}

/** The row with the highest number. */
export async function findLastRow({ payload, tenantId }: Pick<FindOptions, 'payload' | 'tenantId'>) {
  const { docs } = await payload.db.find<{ sequence: number; hash?: string | null; seal?: string | null }>({
    collection: AUDIT_LOG,
    where: { and: [{ tenant: { equals: tenantId } }, { sequence: { greater_than: 0 } }] },
    sort: '-sequence',
    limit: 1,
    pagination: false,
    select: { sequence: true, hash: true, seal: true },
  })
  return docs[0]
}

/**
 * Writes rows, all of them or their first ones, and then raises the head to them. Not through Payload's adapter: it
 * would write row by row, and SQLite's driver holds the event loop for each.
 * @returns whether the head was raised: not where it is gone, or already further
 * @throws what the database says, for instance where another writer took a number first
 */
export const writeRows = (options: WriteOptions): Promise<boolean> =>
  options.payload.db.name === 'sqlite' ? writeToSqlite(options) : writeToMongo(options)

type SqlValue = string | number | null
type Client = {
  batch(statements: { sql: string; args: SqlValue[] }[], mode: 'write'): Promise<{ rowsAffected: number }[]>
}

/** Columns of the table in SQLite, with what goes into them. */
const COLUMNS: [column: string, pick: (row: AuditRow) => SqlValue][] = [
  ['action', (row) => row.action],
  ['result', (row) => row.result],
  ['at', (row) => row.at],
  ['actor_name', (row) => row.actorName],
  ['actor_id', (row) => row.actorId],
  ['actor_kind', (row) => row.actorKind],
  ['provider', (row) => row.provider],
  ['credential_id', (row) => row.credentialId],
  ['version', (row) => row.version],
  ['purpose', (row) => row.purpose],
  ['subject_collection', (row) => row.subjectCollection],
  ['subject_id', (row) => row.subjectId],
  ['details', (row) => (row.details === null ? null : JSON.stringify(row.details))],
  ['sequence', (row) => row.sequence],
  ['previous_hash', (row) => row.previousHash],
  ['hash', (row) => row.hash],
  ['seal', (row) => row.seal],
]

/** Rows and head in one transaction of one call. */
async function writeToSqlite({ payload, tenantId, rows, head }: WriteOptions): Promise<boolean> {
  const { client } = payload.db as unknown as { client: Client }
  const places = `(?, ${COLUMNS.map(() => '?').join(', ')})`
  const names = COLUMNS.map(([column]) => `"${column}"`).join(', ')
  const [, raised] = await client.batch(
    [
      {
        sql: `INSERT INTO "audit_log" ("tenant_id", ${names}) VALUES ${rows.map(() => places).join(', ')}`,
        args: rows.flatMap((row) => [tenantId, ...COLUMNS.map(([, pick]) => pick(row))]),
      },
      {
        sql: 'UPDATE "audit_heads" SET "sequence" = ?, "hash" = ?, "seal" = ?, "updated_at" = ? WHERE "tenant" = ? AND "sequence" < ?',
        args: [head.sequence, head.hash, head.seal, new Date().toISOString(), head.tenant, head.sequence],
      },
    ],
    'write',
  )
  return (raised?.rowsAffected ?? 0) > 0
}

type Models = Record<
  string,
  {
    base: { Types: { ObjectId: new (id: string) => unknown } }
    collection: { insertMany(documents: object[], options: { ordered: true }): Promise<unknown> }
  }
>

async function writeToMongo({ payload, tenantId, rows, head }: WriteOptions): Promise<boolean> {
  const model = (payload.db as unknown as { collections: Models }).collections[AUDIT_LOG]
  if (!model) throw new Error('The database has no audit log')
  const tenant = new model.base.Types.ObjectId(String(tenantId))
  const createdAt = new Date()
  // In their order, so that what a crash leaves behind is an unbroken chain.
  await model.collection.insertMany(
    rows.map((row) => ({ ...row, tenant, at: new Date(row.at), createdAt, updatedAt: createdAt })),
    { ordered: true },
  )
  const { sequence, hash, seal } = head
  const raised: unknown = await payload.db.updateOne({
    collection: AUDIT_HEADS,
    where: { and: [{ tenant: { equals: head.tenant } }, { sequence: { less_than: sequence } }] },
    data: { sequence, hash, seal, updatedAt: createdAt.toISOString() },
  })
  return raised !== null && raised !== undefined
}

/** Puts a head where none is, or one that nobody can trust. */
export async function replaceHead({ payload, head }: { payload: Payload; head: AuditHead }): Promise<void> {
  const where = { tenant: { equals: head.tenant } }
  const { sequence, hash, seal } = head
  const updated: unknown = await payload.db.updateOne({
    collection: AUDIT_HEADS,
    where,
    data: { sequence, hash, seal },
  })
  if (!updated) await payload.db.create({ collection: AUDIT_HEADS, data: { ...head } })
}

/** Removes a tenant's log, and rows that have no tenant any more: SQLite lets them lose it with the tenant's own row. */
export async function deleteRows({ payload, tenant, tenantId }: TenantOptions): Promise<void> {
  const where = { or: [{ tenant: { equals: tenantId } }, { tenant: { exists: false } }] }
  await payload.db.deleteMany({ collection: AUDIT_LOG, where })
  await payload.db.deleteMany({ collection: AUDIT_HEADS, where: { tenant: { equals: tenant } } })
}
