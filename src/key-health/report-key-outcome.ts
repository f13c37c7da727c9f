import type { Payload } from 'payload'
import type { DocumentId } from '../access/membership.ts'
import { isEnvironmentKey } from '../vault/index.ts'
import { compositionOf } from '../composition.ts'
import { changeKeyState } from './change-key-state.ts'
import type { OutcomeSink } from './create-outcome-queue.ts'
import type { KeyOutcome } from './key-state.ts'
import { writeOutcomes } from './write-outcomes.ts'

export type KeyOutcomeReport = {
  payload: Payload
  tenant: DocumentId
  provider: string
  credentialId: string
  /** The version that was used. */
  version: number
  /** What the key was opened for: `call`, `chat`. */
  purpose: string
  outcome: KeyOutcome
  /** Of the call's record; a call counts once for each key. */
  callId?: string
  /** When the provider was asked, in ms since the epoch; now by default. A success that began before a refusal does not undo it. */
  at?: number
}

/**
 * Takes how one use of a key went. Never throws and never waits: what changes the key's state is written at once, all
 * else in batches.
 */
export function reportKeyOutcome({ payload, at = Date.now(), ...use }: KeyOutcomeReport): void {
  // A key of a developer's machine has no row to write to.
  if (isEnvironmentKey(use)) return
  compositionOf(payload).outcomes.report({ ...use, at }, sinkOf(payload))
}

/** Writes everything that was reported. Resolves when it is in the database; never rejects. */
export const flushKeyOutcomes = (payload: Payload): Promise<void> =>
  compositionOf(payload).outcomes.flush(sinkOf(payload))

const sinkOf = (payload: Payload): OutcomeSink => ({
  changeState: (use) => changeKeyState({ payload, use }),
  writeBatch: (batch) => writeOutcomes({ payload, batch }),
  onError: (err) => payload.logger.error({ err, msg: 'How keys were used could not be written down' }),
})
