import { setTimeout as pause } from 'node:timers/promises'
import type { Payload } from 'payload'
import type { DocumentId } from '../access/membership.ts'
import { AUDIT_HEADS } from '../collections/slugs.ts'
import { compositionOf } from '../composition.ts'
import { auditHeadText, sealTexts } from '../vault/index.ts'
import { toTenantId } from '../vault/key-record.ts'
import type { AUDIT_ACTIONS } from './audit-actions.ts'
import { eventText, hashOf, toAuditRow } from './audit-row.ts'
import type { AuditContent, AuditRow, PlacedEvent } from './audit-row.ts'
import { findRowsAfter, replaceHead, writeRows } from './audit-rows.ts'
import type { AuditHead } from './audit-rows.ts'
import type { ChainEnd } from './create-audit-trail.ts'
import { findEnd, isTenantThere } from './find-end.ts'
import type { BrokenHead, FoundEnd } from './find-end.ts'
import { removeAuditLog } from './remove-audit-log.ts'
import { toAuditContent } from './to-audit-content.ts'

type Named = { payload: Payload; tenant: string; tenantId: DocumentId }

const NOTICE = 'log.broken' satisfies keyof typeof AUDIT_ACTIONS
/** Another process that writes to the same log may come first this often. */
const MAX_CONFLICTS = 200
/** Before each further try after a failure, in ms. */
const RETRY_MS = [50, 200, 800, 2_000]
/** How many tenants' ends a process remembers. */
const MAX_ENDS = 10_000

/**
 * Chains events to the end of a tenant's log, however many processes do the same, and tries again what fails.
 * @returns the events that could not be written, with the last reason
 */
export async function writeBatch({
  payload,
  tenant,
  contents,
}: {
  payload: Payload
  tenant: string
  contents: readonly AuditContent[]
}): Promise<{ lost: readonly AuditContent[]; error?: unknown }> {
  const { ends } = compositionOf(payload).audit
  const tenantId = toTenantId(payload, tenant)
  const noTenant = new Error('There is no such workspace')
  if (tenantId === undefined) return { lost: contents, error: noTenant }
  const named = { payload, tenant, tenantId }
  let left = contents
  for (let failures = 0, conflicts = 0; ; ) {
    let rows: AuditRow[] = []
    try {
      const end: FoundEnd | undefined = ends.get(tenant) ?? (await findEnd(named))
      if (!end) return { lost: left, error: noTenant }
      if (end.broken && left[0]?.action !== NOTICE) left = [toNotice({ tenantId, broken: end.broken, end }), ...left]
      const chained = await chainRows({ ...named, end, contents: left })
      rows = chained.rows
      await writeChained({ ...named, ...chained, end })
      return { lost: [] }
    } catch (error) {
      ends.delete(tenant)
      const isOther = isConflict(error)
      const wait = isOther ? Math.random() * Math.min(conflicts, 20) : RETRY_MS[failures]
      if (isOther) conflicts += 1
      else failures += 1
      if (wait === undefined || conflicts > MAX_CONFLICTS) return { lost: left, error }
      await pause(wait)
      left = left.slice(await countWritten({ ...named, rows }))
      if (left.length === 0) return { lost: [] }
    }
  }
}

type Chained = { rows: AuditRow[]; head: AuditHead; keyId: string }

/** Gives events their places behind the end, and seals them. */
async function chainRows({
  payload,
  tenant,
  end,
  contents,
}: Named & { end: ChainEnd; contents: readonly AuditContent[] }): Promise<Chained> {
  const placed: (PlacedEvent & { hash: string })[] = []
  let { sequence, hash } = end
  for (const content of contents) {
    const event = { ...content, tenant, sequence: sequence + 1, previousHash: hash }
    sequence = event.sequence
    hash = hashOf(event)
    placed.push({ ...event, hash })
  }
  const texts = [...placed.map((event) => eventText(event.hash)), auditHeadText({ tenant, sequence, hash })]
  const { keyId, seals } = await sealTexts({ payload, tenant, keyId: end.keyId, texts })
  const rows = placed.map((event, index) => ({ ...event, seal: seals[index] ?? '' }))
  return { rows, head: { tenant, sequence, hash, seal: seals.at(-1) ?? '' }, keyId }
}

async function writeChained({ end, ...options }: Named & Chained & { end: FoundEnd }): Promise<void> {
  const { payload, tenant, tenantId, head, keyId } = options
  const { ends } = compositionOf(payload).audit
  const isRaised = await writeRows(options)
  if (end.broken) await replaceHead({ payload, head })
  if (isRaised) {
    ends.delete(tenant)
    ends.set(tenant, { sequence: head.sequence, hash: head.hash, keyId })
    const [oldest] = ends.keys()
    if (ends.size > MAX_ENDS && oldest !== undefined) ends.delete(oldest)
    return
  }
  // Somebody else wrote, or took the head away: the next look at the database tells.
  ends.delete(tenant)
  if (!(await isTenantThere({ payload, tenantId }))) await removeAuditLog({ payload, tenant: tenantId })
}

/** A head that somebody removed or forged is replaced, and the log itself keeps the memory of it. */
const toNotice = ({ tenantId, broken, end }: { tenantId: DocumentId; broken: BrokenHead; end: ChainEnd }) =>
  toAuditContent({
    tenant: tenantId,
    actor: 'system',
    action: NOTICE,
    subject: { collection: AUDIT_HEADS, id: tenantId },
    result: 'failed',
    details: { problem: broken, after: end.sequence },
  })

/** How many of the rows are there: the first ones, all of them where only the answer was lost, or none. */
async function countWritten({ payload, tenantId, rows }: Named & { rows: AuditRow[] }): Promise<number> {
  const [first] = rows
  if (!first) return 0
  try {
    const found = await findRowsAfter({ payload, tenantId, after: first.sequence - 1, limit: rows.length })
    const missing = rows.findIndex((row, index) => found[index] === undefined || hashIn(found[index]) !== row.hash)
    return missing < 0 ? rows.length : missing
  } catch {
    return 0
  }
}

const hashIn = (document: Record<string, unknown>): string => toAuditRow(document).hash

/** Whether the unique index of the numbers refused a row: another process was quicker. */
const isConflict = (error: unknown): boolean => {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown }
  return code === 11000 || /UNIQUE constraint failed/i.test(String(message))
}
