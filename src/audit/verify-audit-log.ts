import type { Payload } from 'payload'
import { idOf } from '../access/membership.ts'
import type { DocumentId } from '../access/membership.ts'
import { AUDIT_HEADS, AUDIT_LOG, VAULT_DATA_KEYS } from '../collections/slugs.ts'
import { areSealed } from '../vault/index.ts'
import { toTenantId } from '../vault/key-record.ts'
import type { AuditProblem } from './audit-problem.ts'
import { eventText, toAuditRow } from './audit-row.ts'
import { findHead, findRowsAfter } from './audit-rows.ts'
import { isHeadSealed } from './find-end.ts'
import { createJudge } from './judge-rows.ts'
import type { ReadRow } from './judge-rows.ts'

/** How many tenants have a log, how many events all of them hold, and what is wrong. */
export type AuditVerdict = { tenants: number; events: number; problems: AuditProblem[] }

type Named = { payload: Payload; tenantId: DocumentId }

/** Rows that one read takes. */
const PAGE_SIZE = 500
/** Of events without a number, of one tenant. */
const MAX_STRAYS = 100

/**
 * Reads audit logs through, page by page while the product may go on writing, and tells what was changed in them behind
 * its back. What docs/audit-log.md says of the limits holds.
 * @param options.tenant one tenant's log; every tenant's where it is left out
 * @throws VaultError `wrong_encryption_key` where the key-encryption key is not the one of this data
 */
export async function verifyAuditLog({
  payload,
  tenant,
}: {
  payload: Payload
  tenant?: DocumentId
}): Promise<AuditVerdict> {
  const verdict: AuditVerdict = { tenants: 0, events: 0, problems: [] }
  for (const one of tenant === undefined ? await listTenants(payload) : [String(tenant)]) {
    const { events, problems } = await verifyTenant({ payload, tenant: one })
    if (events > 0 || problems.length > 0) verdict.tenants += 1
    verdict.events += events
    verdict.problems.push(...problems)
  }
  if (tenant === undefined) verdict.problems.push(...(await findOrphans(payload)))
  return verdict
}

async function verifyTenant({ payload, tenant }: { payload: Payload; tenant: string }) {
  const tenantId = toTenantId(payload, tenant)
  if (tenantId === undefined) return { events: 0, problems: [] }
  // Before the rows: a log that grows meanwhile is never shorter than its head said.
  const head = await findHead({ payload, tenant })
  const isHeadGood = head !== undefined && (await isHeadSealed({ payload, head }))
  const judge = createJudge({ head: isHeadGood ? head : undefined })
  let events = 0
  for await (const read of readRows({ payload, tenantId, tenant })) {
    events += 1
    judge.take(read)
  }
  judge.end()
  const strays = await findStrays({ payload, tenantId })
  const problems: AuditProblem[] = [...judge.findings, ...strays].map((finding) => ({ tenant, ...finding }))
  const sequence = judge.lastSequence()
  if (head && !isHeadGood) {
    problems.push({ tenant, sequence, kind: 'forged-head', message: 'The head of the log is not the server’s.' })
  }
  if (!head && (await shouldHaveHead({ payload, tenant, events }))) {
    problems.push({ tenant, sequence, kind: 'missing-head', message: 'The head of the log is gone.' })
  }
  return { events: events + strays.length, problems }
}

async function* readRows({ payload, tenantId, tenant }: Named & { tenant: string }): AsyncGenerator<ReadRow> {
  for (let after = 0; ; ) {
    const documents = await readPage({ payload, tenantId, after })
    const last = documents.at(-1)
    if (!last) return
    const rows = documents.map(({ document }) => document && toAuditRow(document))
    const seals = await areSealed({
      payload,
      tenant,
      sealed: rows.map((row) => ({ text: eventText(row?.hash ?? ''), seal: row?.seal })),
    })
    for (const [index, { sequence }] of documents.entries()) {
      yield { sequence, row: rows[index], isSealed: seals[index] === true }
    }
    after = last.sequence
  }
}

type ReadDocument = { sequence: number; document?: Record<string, unknown> }

/** A row whose details are no JSON any more breaks the read of its whole page: then they are read one by one. */
async function readPage({ payload, tenantId, after }: Named & { after: number }): Promise<ReadDocument[]> {
  try {
    const documents = await findRowsAfter({ payload, tenantId, after, limit: PAGE_SIZE })
    return documents.map((document) => ({ sequence: document.sequence as number, document }))
  } catch {
    const [next] = await findRowsAfter({ payload, tenantId, after, limit: 1, select: { sequence: true } })
    if (!next) return []
    const sequence = next.sequence as number
    const read = await findRowsAfter({ payload, tenantId, after, limit: 1 }).catch(() => [])
    return [{ sequence, document: read[0] }]
  }
}

/** Events that have no place in the chain: none that the server wrote. */
async function findStrays({ payload, tenantId }: Named): Promise<Omit<AuditProblem, 'tenant'>[]> {
  const { docs } = await payload.db.find<{ id: DocumentId }>({
    collection: AUDIT_LOG,
    where: {
      and: [
        { tenant: { equals: tenantId } },
        { or: [{ sequence: { exists: false } }, { sequence: { less_than_equal: 0 } }] },
      ],
    },
    limit: MAX_STRAYS,
    pagination: false,
    select: { sequence: true },
  })
  return docs.map(({ id }) => ({
    sequence: 0,
    kind: 'inserted',
    message: `The event with the id ${id} has no number.`,
  }))
}

/** Events that belong to nobody. */
async function findOrphans(payload: Payload): Promise<AuditProblem[]> {
  const { totalDocs } = await payload.db.count({ collection: AUDIT_LOG, where: { tenant: { exists: false } } })
  const message = `${totalDocs} events belong to no workspace.`
  return totalDocs > 0 ? [{ tenant: '', sequence: 0, kind: 'inserted', message }] : []
}

/** A tenant's data key and the head of its log come into being together. */
async function shouldHaveHead({ payload, tenant, events }: { payload: Payload; tenant: string; events: number }) {
  if (await findHead({ payload, tenant })) return false
  if (events > 0) return true
  return Boolean(await payload.db.findOne({ collection: VAULT_DATA_KEYS, where: { tenant: { equals: tenant } } }))
}

/** Every tenant that has a log, a head, or what comes with one. */
async function listTenants(payload: Payload): Promise<string[]> {
  const tenants = new Set<string>()
  for (const collection of [AUDIT_HEADS, VAULT_DATA_KEYS, AUDIT_LOG]) {
    const { values } = await payload.db.findDistinct({ collection, field: 'tenant', locale: undefined })
    for (const { tenant } of values as { tenant?: unknown }[]) {
      const id = idOf(tenant)
      if (id !== undefined) tenants.add(String(id))
    }
  }
  return [...tenants].sort((one, other) => one.localeCompare(other, undefined, { numeric: true }))
}
