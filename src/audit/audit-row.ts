import { createHash } from 'node:crypto'
import { idOf } from '../access/membership.ts'
import { canonicalJson } from './canonical-json.ts'
import type { Json } from './canonical-json.ts'
import type { AuditEvent } from './audit-event.ts'

/** What an event says, with `null` for what it leaves open. */
export type AuditContent = {
  /** When it happened, ISO 8601 in UTC with milliseconds. */
  at: string
  actorId: string | null
  actorName: string
  actorKind: 'person' | 'api-key' | 'system' | 'command' | 'outsider' | null
  action: string
  result: AuditEvent['result']
  subjectCollection: string
  subjectId: string
  provider: string | null
  credentialId: string | null
  version: number | null
  purpose: string | null
  details: Json
}

/** Everything that the hash is made over: what an event says, and its place. */
export type PlacedEvent = AuditContent & {
  /** Tenant id as text. */
  tenant: string
  /** 1, 2, 3… within the tenant. */
  sequence: number
  /** The hash of the event before; 64 zeros for the first. */
  previousHash: string
}

/** An event as it is stored and exported. */
export type AuditRow = PlacedEvent & {
  /** 64 hex digits. */
  hash: string
  seal: string
}

/** SHA-256, in hex, over the canonical JSON of every field but `hash` and `seal`. */
export const hashOf = (event: PlacedEvent): string =>
  createHash('sha256')
    .update(canonicalJson({ ...event }), 'utf8')
    .digest('hex')

/** What an event's seal is made over. */
export const eventText = (hash: string): string => `audit-event:${hash}`

/** A document of the collection, however its database returned it, in the form that was hashed. */
export function toAuditRow(document: Record<string, unknown>): AuditRow {
  const text = (name: string) => (document[name] === undefined ? null : document[name]) as string | null
  return {
    tenant: String(idOf(document.tenant) ?? ''),
    sequence: document.sequence as number,
    at: toIso(document.at),
    actorId: text('actorId'),
    actorName: String(document.actorName),
    actorKind: text('actorKind') as AuditContent['actorKind'],
    action: String(document.action),
    result: document.result as AuditContent['result'],
    subjectCollection: String(document.subjectCollection),
    subjectId: String(document.subjectId),
    provider: text('provider'),
    credentialId: text('credentialId'),
    version: typeof document.version === 'number' ? document.version : null,
    purpose: text('purpose'),
    details: (document.details ?? null) as Json,
    previousHash: String(document.previousHash ?? ''),
    hash: String(document.hash ?? ''),
    seal: String(document.seal ?? ''),
  }
}

function toIso(value: unknown): string {
  const date = new Date(value as string)
  return Number.isNaN(date.getTime()) ? String(value) : date.toISOString()
}

/** An event without `hash` and `seal`: what its hash is made over. */
export function toPlacedEvent({ hash, seal, ...event }: AuditRow): PlacedEvent {
  return event
}
