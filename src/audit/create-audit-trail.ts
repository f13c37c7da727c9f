import type { AuditContent } from './audit-row.ts'
import { createRefusalCounter } from './create-refusal-counter.ts'
import type { RefusalCounter } from './create-refusal-counter.ts'

/** Where a tenant's chain ends, as far as this process knows. */
export type ChainEnd = {
  sequence: number
  hash: string
  /** The data key that sealed it. */
  keyId: string
}

/** An event that waits to be written. */
export type WaitingEvent = {
  content: AuditContent
  /** Called once it is written, or given up. */
  settle(): void
}

/** What the audit log keeps in the memory of one process. */
export type AuditTrail = {
  /** By tenant id as text, oldest first. */
  waiting: Map<string, WaitingEvent[]>
  /** How many wait, of every tenant. */
  waitingCount: number
  /** The one writer at work for a tenant. */
  writing: Map<string, Promise<void>>
  /** By tenant id as text; forgotten at the first doubt. */
  ends: Map<string, ChainEnd>
  timer: NodeJS.Timeout | undefined
  refusals: RefusalCounter
}

export const createAuditTrail = (): AuditTrail => ({
  waiting: new Map(),
  waitingCount: 0,
  writing: new Map(),
  ends: new Map(),
  timer: undefined,
  refusals: createRefusalCounter(),
})
