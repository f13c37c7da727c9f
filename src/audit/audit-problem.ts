/**
 * - `edited`: what an event says is not what was written
 * - `deleted`: events are gone from the middle
 * - `reordered`: an event stands in another event's place
 * - `inserted`: an event that this server did not write there
 * - `truncated`: the last events are gone
 * - `forged-head`: the head, which says where the log ends, is not the server's
 * - `missing-head`: the head is gone, or with it the whole log
 */
export type AuditProblemKind =
  | 'edited'
  | 'deleted'
  | 'reordered'
  | 'inserted'
  | 'truncated'
  | 'forged-head'
  | 'missing-head'

/** One thing that is wrong with a tenant's audit log. */
export type AuditProblem = {
  /** Tenant id as text; empty for an event that has none. */
  tenant: string
  /** Number of the event in the tenant's log; 0 for one without a number. */
  sequence: number
  /** The last number, where a run of events is meant. */
  through?: number
  kind: AuditProblemKind
  /** A sentence for a person. */
  message: string
}
