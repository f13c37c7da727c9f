import { compositionOf } from '../composition.ts'
import { noteAuditEvent } from './append-audit-event.ts'
import type { AuditOptions } from './append-audit-event.ts'

/**
 * Notes that somebody was refused. A flood of the same does not fill the log: of one actor in one log a few each
 * minute are kept, the last of them saying so.
 */
export function noteRefusal(options: Omit<AuditOptions, 'result'>): void {
  const { payload, tenant, actor, details } = options
  const { refusals } = compositionOf(payload).audit
  const who = typeof actor === 'object' ? actor.id : actor
  const count = refusals.count(`${tenant}:${who}`)
  if (count > refusals.limit) return
  const isLast = count === refusals.limit
  noteAuditEvent({
    ...options,
    result: 'refused',
    details: isLast ? { ...details, note: 'Further refusals within this minute are not noted.' } : details,
  })
}
