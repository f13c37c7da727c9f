import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Payload } from 'payload'
import { compositionOf } from '../composition.ts'
import type { AuditEvent } from './audit-event.ts'
import type { WaitingEvent } from './create-audit-trail.ts'
import { toAuditContent } from './to-audit-content.ts'
import { writeBatch } from './write-batch.ts'

export type AuditOptions = AuditEvent & { payload: Payload }

/** How long an event that was noted may wait, in ms. */
const NOTE_MS = 400
const BATCH_SIZE = 100
/** Bounds the memory of a process whose database does not answer. */
const MAX_WAITING = 20_000

/**
 * Writes an event into the tenant's audit log; when it resolves, the event is in the database. Never throws: what was
 * done is done, and a lost event is logged as an error with all that it says.
 */
export function appendAuditEvent(options: AuditOptions): Promise<void> {
  const { payload } = options
  return new Promise((settle) => {
    const tenant = enqueue({ ...options, settle })
    if (tenant !== undefined) void startWriting({ payload, tenant })
  })
}

/**
 * As `appendAuditEvent`, for hot paths: queued, and written a moment later together with others. Events of one tenant
 * keep their order, whichever way they come.
 */
export function noteAuditEvent(options: AuditOptions): void {
  const { payload } = options
  enqueue({ ...options, settle: () => {} })
  const { audit } = compositionOf(payload)
  if (audit.timer || audit.waitingCount === 0) return
  audit.timer = setTimeout(() => {
    audit.timer = undefined
    void writeAll(payload)
  }, NOTE_MS)
  // Closing the server flushes.
  audit.timer.unref()
}

/** Resolves when every event so far is written, or given up and logged. Never throws. */
export async function flushAuditLog(payload: Payload): Promise<void> {
  const { audit } = compositionOf(payload)
  clearTimeout(audit.timer)
  audit.timer = undefined
  while (audit.waiting.size > 0 || audit.writing.size > 0) {
    await writeAll(payload)
    await Promise.all(audit.writing.values())
  }
}

/** @returns the tenant's id as text; undefined where the event is lost */
function enqueue({ payload, settle, ...event }: AuditOptions & { settle(): void }): string | undefined {
  const { audit } = compositionOf(payload)
  try {
    if (audit.waitingCount >= MAX_WAITING) throw new Error('Too many events wait to be written')
    const content = toAuditContent(event)
    const tenant = String(event.tenant)
    const waiting = audit.waiting.get(tenant)
    if (waiting) waiting.push({ content, settle })
    else audit.waiting.set(tenant, [{ content, settle }])
    audit.waitingCount += 1
    return tenant
  } catch (error) {
    const { tenant, action, subject, result, provider, credentialId, version, purpose } = event
    const said = { tenantId: tenant, action, subject, result, provider, credentialId, version, purpose }
    payload.logger.error({ err: error, ...said, msg: 'An audit event was lost' })
    settle()
    return undefined
  }
}

/** One tenant after the other, so that a round of many tenants never holds the event loop for long. */
async function writeAll(payload: Payload): Promise<void> {
  const { audit } = compositionOf(payload)
  for (const tenant of [...audit.waiting.keys()]) await startWriting({ payload, tenant })
}

/** One writer a tenant; who comes while it works is taken along. */
function startWriting({ payload, tenant }: { payload: Payload; tenant: string }): Promise<void> {
  const { audit } = compositionOf(payload)
  const current = audit.writing.get(tenant)
  if (current) return current
  const writer = writeWaiting({ payload, tenant })
  audit.writing.set(tenant, writer)
  return writer
}

async function writeWaiting({ payload, tenant }: { payload: Payload; tenant: string }): Promise<void> {
  const { audit } = compositionOf(payload)
  // Gathers what is said in the same turn; and between batches, SQLite's driver would never let the event loop go on.
  await nextTurn()
  try {
    for (let batch = takeBatch(); batch.length > 0; batch = takeBatch()) {
      await write(batch)
      await nextTurn()
    }
  } finally {
    // In the same turn as the last look: whoever comes afterwards starts a writer of their own.
    audit.writing.delete(tenant)
  }

  function takeBatch(): WaitingEvent[] {
    const waiting = audit.waiting.get(tenant) ?? []
    const taken = waiting.splice(0, BATCH_SIZE)
    if (waiting.length === 0) audit.waiting.delete(tenant)
    audit.waitingCount -= taken.length
    return taken
  }

  async function write(batch: WaitingEvent[]): Promise<void> {
    const { lost, error } = await writeBatch({ payload, tenant, contents: batch.map(({ content }) => content) })
    for (const content of lost) {
      payload.logger.error({ err: error, tenantId: tenant, ...content, msg: 'An audit event was lost' })
    }
    for (const { settle } of batch) settle()
  }
}
