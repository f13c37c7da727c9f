import type { Payload, Where } from 'payload'
import type { DocumentId } from '../access/membership.ts'
import { AUDIT_LOG } from '../collections/slugs.ts'
import { toAuditRow } from './audit-row.ts'
import type { AuditRow } from './audit-row.ts'

/** What a reader of a log wants of it. */
export type AuditFilter = {
  provider?: string
  action?: string
  result?: string
  /** The actor's e-mail address, or a part of it. */
  actor?: string
  /** ISO dates, both included. */
  from?: string
  to?: string
}

type ListOptions = { payload: Payload; tenant: DocumentId; filter?: AuditFilter }

/** Rows that one read takes. */
const PAGE_SIZE = 500

const toWhere = ({ tenant, filter = {} }: Omit<ListOptions, 'payload'>): Where[] => {
  const { provider, action, result, actor, from, to } = filter
  return [
    { tenant: { equals: tenant } },
    ...(provider ? [{ provider: { equals: provider } }] : []),
    ...(action ? [{ action: { equals: action } }] : []),
    ...(result ? [{ result: { equals: result } }] : []),
    ...(actor ? [{ actorName: { contains: actor } }] : []),
    ...(from ? [{ at: { greater_than_equal: from } }] : []),
    ...(to ? [{ at: { less_than_equal: to } }] : []),
  ]
}

/** One page of a tenant's log, the newest first. */
export async function findAuditPage({
  payload,
  page,
  limit,
  ...options
}: ListOptions & { page: number; limit: number }) {
  const { docs, totalDocs, totalPages } = await payload.db.find<Record<string, unknown> & { id: DocumentId }>({
    collection: AUDIT_LOG,
    where: { and: toWhere(options) },
    sort: '-sequence',
    page,
    limit,
    // Left out, it means no to MongoDB's adapter.
    pagination: true,
  })
  return { docs: docs.map((document) => ({ id: document.id, ...toAuditRow(document) })), totalDocs, totalPages }
}

/**
 * A tenant's log from its first event to what is its last now, page by page: memory stays bounded, and a log that
 * grows meanwhile does not keep the reader for ever.
 */
export async function* streamAuditRows({ payload, ...options }: ListOptions): AsyncGenerator<AuditRow[]> {
  const where = toWhere(options)
  const newest = await payload.db.find<{ sequence: number }>({
    collection: AUDIT_LOG,
    where: { and: where },
    sort: '-sequence',
    limit: 1,
    pagination: false,
    select: { sequence: true },
  })
  const last = newest.docs[0]?.sequence ?? 0
  for (let after = 0; after < last; ) {
    const { docs } = await payload.db.find<Record<string, unknown>>({
      collection: AUDIT_LOG,
      where: { and: [...where, { sequence: { greater_than: after } }, { sequence: { less_than_equal: last } }] },
      sort: 'sequence',
      limit: PAGE_SIZE,
      pagination: false,
    })
    const rows = docs.map(toAuditRow)
    const end = rows.at(-1)
    if (!end) return
    after = end.sequence
    yield rows
  }
}
