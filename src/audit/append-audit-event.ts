import type { Payload } from 'payload'
import { AUDIT_LOG } from '../collections/slugs.ts'
import type { DocumentId } from '../access/index.ts'

/** Who did it: the signed-in user of the request, or the platform itself. */
export type AuditActor = { id: DocumentId; email?: unknown } | 'system'

export type AuditEvent = {
  tenant: DocumentId
  actor: AuditActor
  /** What was done: a noun and a verb, such as `member.added`. */
  action: string
  /** What it was done to. */
  subject: { collection: string; id: DocumentId }
  result: 'ok' | 'refused' | 'failed'
  /** Names of what changed, never a secret and never a value that somebody typed as one. */
  details?: Record<string, unknown>
}

/**
 * Writes an event into the tenant's audit log. Never throws: what was done is done, and a lost event is logged as an
 * error with all that it says.
 */
export async function appendAuditEvent({ payload, ...event }: AuditEvent & { payload: Payload }): Promise<void> {
  const { tenant, actor, action, subject, result, details } = event
  const person = actor === 'system' ? undefined : actor
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
        details,
      },
    })
  } catch (error) {
    payload.logger.error({ err: error, tenantId: tenant, action, subject, result, msg: 'An audit event was lost' })
  }
}
