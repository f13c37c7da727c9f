import type { AuditActor, AuditEvent } from './audit-event.ts'
import type { AuditContent } from './audit-row.ts'
import type { Json } from './canonical-json.ts'

/** Longer than any id or name that is not somebody's attempt to fill the log, in characters. */
const MAX_TEXT = 300
/** Of the details as JSON, in characters. */
const MAX_DETAILS = 8_000

/** An event as it will be stored: bounded, and plain JSON. Nothing in it is shared with what was given. */
export const toAuditContent = (event: AuditEvent): AuditContent => ({
  at: new Date().toISOString(),
  ...actorOf(event.actor),
  action: cut(event.action),
  result: event.result,
  subjectCollection: cut(event.subject.collection),
  subjectId: cut(String(event.subject.id)),
  provider: cutOrNull(event.provider),
  credentialId: cutOrNull(event.credentialId),
  version: Number.isSafeInteger(event.version) ? (event.version as number) : null,
  purpose: cutOrNull(event.purpose),
  details: detailsOf(event.details),
})

function actorOf(actor: AuditActor): Pick<AuditContent, 'actorId' | 'actorName' | 'actorKind'> {
  if (actor === 'system') return { actorId: null, actorName: 'Patchbay', actorKind: 'system' }
  if (actor === 'command') return { actorId: null, actorName: 'The command line', actorKind: 'command' }
  if (actor === 'outsider') {
    return { actorId: null, actorName: 'Somebody of another workspace', actorKind: 'outsider' }
  }
  return {
    actorId: cut(String(actor.id)),
    actorName: typeof actor.email === 'string' ? cut(actor.email) : `user ${actor.id}`,
    actorKind: actor._strategy === 'api-key' ? 'api-key' : 'person',
  }
}

/** Half of a character that needs two has no UTF-8 and would come back as another text. */
const cut = (text: string): string => text.slice(0, MAX_TEXT).replace(LONE_HALVES, '\uFFFD')
const LONE_HALVES = /\p{Surrogate}/gu

const cutOrNull = (text: string | undefined): string | null => (text === undefined ? null : cut(text))

function detailsOf(details: Record<string, unknown> | undefined): Json {
  if (details === undefined) return null
  const text = JSON.stringify(details).replace(LONE_HALVES, '\uFFFD')
  return text.length > MAX_DETAILS ? { leftOut: 'The details were too long to keep.' } : (JSON.parse(text) as Json)
}
