import type { Payload } from 'payload'
import type { DocumentId } from '../access/membership.ts'
import type { KeyRecord } from './key-record.ts'
import { findRows } from './secret-rows.ts'

/** The version that a rollback would bring back, and until when (ISO 8601) it can. */
export type FormerVersion = { version: number; until: string }

type FindOptions = {
  payload: Payload
  tenant: DocumentId
  records: readonly Pick<KeyRecord, 'credentialId' | 'version'>[]
}

/**
 * Finds which of a tenant's keys have a former version in grace: one query for all of them, and nothing is opened.
 * @returns by credential id; a key without a former version is absent
 */
export async function findFormerVersions({
  payload,
  tenant,
  records,
}: FindOptions): Promise<ReadonlyMap<string, FormerVersion>> {
  if (records.length === 0) return new Map()
  const rows = await findRows({
    payload,
    where: {
      and: [{ tenant: { equals: String(tenant) } }, { destroyAfter: { greater_than: new Date().toISOString() } }],
    },
    limit: 0,
  })
  return new Map(
    records.flatMap(({ credentialId, version }): [string, FormerVersion][] => {
      // The newest first: the one that a rollback takes.
      const row = rows.find((one) => one.credential === credentialId && one.version < version)
      return row?.destroyAfter ? [[credentialId, { version: row.version, until: toIso(row.destroyAfter) }]] : []
    }),
  )
}

/** MongoDB answers dates, SQLite texts. */
const toIso = (moment: string): string => new Date(moment).toISOString()
