import { createDeferred } from './deferred.ts'
import type { Deferred } from './deferred.ts'

export type HandOverOutcome =
  | { kind: 'connected'; to: string }
  | { kind: 'failed'; to: string; reason: string }
  /** The call was over before the other number answered. */
  | { kind: 'ended' }

export type HandOver = {
  /** A number is being called for the caller. */
  readonly isPending: boolean
  /** The number that took the caller over. */
  readonly connectedTo: string | undefined
  /** Whether the carrier has the caller, so that neither socket nor hang-up are ours any more. */
  readonly hasCaller: boolean
  /**
   * Begins one. @returns the outcome, which never rejects
   * @throws Error while another is pending, or after one succeeded
   */
  begin(to: string): Promise<HandOverOutcome>
  /** The carrier took the caller off our media stream: only the carrier can tell what comes of it. */
  onStreamTaken(): void
  onConnected(): void
  onFailed(reason: string): void
  /** Nobody waits any more. */
  onEnded(): void
  /** The carrier says that the call is over; that of the other number may be told just after it. */
  onCallEnded(): void
  /** Resolves when none is pending, with the outcome of the last. */
  settled(): Promise<HandOverOutcome | undefined>
}

/**
 * Follows one call's way to another number.
 * @param options.outcomeMs a carrier that has said nothing for so long, in ms, has the caller if it took the stream, else
 *   not
 * @param options.lateMs how long after the end of the call, in ms, the outcome is still waited for
 */
export function createHandOver({ outcomeMs, lateMs }: { outcomeMs: number; lateMs: number }): HandOver {
  let pending: { to: string; outcome: Deferred<HandOverOutcome> } | undefined
  let connectedTo: string | undefined
  let last: HandOverOutcome | undefined
  let isStreamTaken = false
  let timer: NodeJS.Timeout | undefined

  const settle = (outcome: HandOverOutcome) => {
    if (!pending) return
    clearTimeout(timer)
    if (outcome.kind === 'connected') connectedTo = outcome.to
    last = outcome
    pending.outcome.resolve(outcome)
    pending = undefined
  }

  return {
    get isPending() {
      return pending !== undefined
    },
    get connectedTo() {
      return connectedTo
    },
    get hasCaller() {
      return connectedTo !== undefined || (pending !== undefined && isStreamTaken)
    },
    begin(to) {
      if (pending || connectedTo) throw new Error('The call is being handed over already.')
      const outcome = createDeferred<HandOverOutcome>()
      pending = { to, outcome }
      timer = setTimeout(
        () => settle(isStreamTaken ? { kind: 'connected', to } : { kind: 'failed', to, reason: 'no answer' }),
        outcomeMs,
      )
      return outcome.promise
    },
    onStreamTaken() {
      isStreamTaken = true
    },
    onConnected() {
      if (pending) settle({ kind: 'connected', to: pending.to })
    },
    onFailed(reason) {
      if (pending) settle({ kind: 'failed', to: pending.to, reason })
    },
    onEnded: () => settle({ kind: 'ended' }),
    onCallEnded() {
      if (!pending) return
      clearTimeout(timer)
      timer = setTimeout(() => settle({ kind: 'ended' }), lateMs)
    },
    settled: async () => pending?.outcome.promise ?? last,
  }
}
