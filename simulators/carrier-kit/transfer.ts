import { createDeferred } from './deferred.ts'
import { isPatient } from './callee.ts'
import type { HangupCause } from './call-end.ts'
import type { CalleeScript } from './callee.ts'

/** The person to whom a call is handed on. */
export type Transfer = {
  /** The carrier's id of the new leg. */
  readonly legId: string
  readonly to: string
  /** The number that is shown to that person. */
  readonly from: string
  /** `answered`, or why not. */
  readonly outcome: Promise<'answered' | HangupCause>
  /** How the leg ended in the end. */
  readonly ended: Promise<HangupCause>
  readonly isBridged: boolean
  pickUp(): void
  decline(cause: 'user_busy' | 'no_answer' | 'not_found' | 'call_rejected'): void
  hangUp(): void
}

export type TransferOptions = {
  legId: string
  to: string
  from: string
  timeoutMs: number
  script: CalleeScript | undefined
  onProgress(event: 'initiated' | 'ringing' | 'answered'): void
  /** Once, last. */
  onEnd(cause: HangupCause): void
}

const CAUSES = {
  busy: 'user_busy',
  'no-answer': 'timeout',
  rejects: 'call_rejected',
  fails: 'not_found',
} as const satisfies Record<Exclude<CalleeScript['does'], 'answers' | undefined>, HangupCause>

/** How a call ends that somebody does not take. */
export const causeOf = (does: keyof typeof CAUSES) => CAUSES[does]

/** Rings at the other number and lets its script, or whoever holds it, take the call or not. */
export function createTransfer(options: TransferOptions): Transfer {
  const { legId, to, from, timeoutMs, script, onProgress, onEnd } = options
  const outcome = createDeferred<'answered' | HangupCause>()
  const ended = createDeferred<HangupCause>()
  let state: 'ringing' | 'bridged' | 'ended' = 'ringing'
  let timer: NodeJS.Timeout | undefined

  const end = (cause: HangupCause) => {
    if (state === 'ended') return
    clearTimeout(timer)
    state = 'ended'
    outcome.resolve(cause)
    ended.resolve(cause)
    onEnd(cause)
  }
  const pickUp = () => {
    if (state !== 'ringing') return
    clearTimeout(timer)
    state = 'bridged'
    outcome.resolve('answered')
    onProgress('answered')
  }
  const act = () => {
    const { does = 'answers' } = script ?? {}
    if (does === 'answers') pickUp()
    else end(causeOf(does))
  }

  const isScripted = script !== undefined && !isPatient(script)
  timer = setTimeout(isScripted ? act : () => end('timeout'), isScripted ? (script.afterMs ?? 0) : timeoutMs)
  onProgress('initiated')
  onProgress('ringing')

  return {
    legId,
    to,
    from,
    outcome: outcome.promise,
    ended: ended.promise,
    get isBridged() {
      return state === 'bridged'
    },
    pickUp,
    decline: end,
    hangUp: () => end(state === 'bridged' ? 'normal_clearing' : 'originator_cancel'),
  }
}
