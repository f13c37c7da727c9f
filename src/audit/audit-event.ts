import type { DocumentId } from '../access/index.ts'

/**
 * Who did it: the signed-in user of the request, the platform itself, somebody at the server's command line, or
 * somebody of another workspace, of whom this one learns nothing.
 */
export type AuditActor = { id: DocumentId; email?: unknown; _strategy?: unknown } | 'system' | 'command' | 'outsider'

export type AuditEvent = {
  tenant: DocumentId
  actor: AuditActor
  /** What was done: a noun and a verb, such as `member.added`. */
  action: string
  /** What it was done to. */
  subject: { collection: string; id: DocumentId }
  result: 'ok' | 'refused' | 'failed'
  /** Provider id, where it is about a key. */
  provider?: string
  /** Public id of the key's credential. */
  credentialId?: string
  /** Version of that credential. */
  version?: number
  /** What a key was used for, such as `call`. */
  purpose?: string
  /** Names of what changed, never a secret and never a value that somebody typed as one. */
  details?: Record<string, unknown>
}
