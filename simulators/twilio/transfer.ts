import { createDeferred } from '../telnyx/deferred.ts'
import { isPatient } from './callee.ts'
import { END_STATUSES } from './parameters.ts'
import type { HangupCause } from '../telnyx/call-events.ts'
import type { CalleeScript } from './callee.ts'
import type { CallStatus } from './parameters.ts'

/** The person to whom a call is handed on by `<Dial>`. */
export type Transfer = {
  readonly callSid: string
  readonly to: string
  /** The number that is shown to that person. */
  readonly from: string
  /** `answered`, or why not. */
  readonly outcome: Promise<'answered' | CallStatus>
  /** How the leg ended in the end. */
  readonly ended: Promise<CallStatus>
  readonly isBridged: boolean
  pickUp(): void
  decline(cause: 'user_busy' | 'no_answer' | 'not_found' | 'call_rejected'): void
  hangUp(): void
}

export type TransferOptions = {
  /** Of the new leg. */
  callSid: string
  to: string
  from: string
  timeoutMs: number
  script: CalleeScript | undefined
  onProgress(event: 'initiated' | 'ringing' | 'answered' | 'completed', status: CallStatus): void
}

const CAUSES = {
  busy: 'user_busy',
  'no-answer': 'timeout',
  rejects: 'call_rejected',
  fails: 'not_found',
} as const satisfies Record<Exclude<CalleeScript['does'], 'answers' | undefined>, HangupCause>

export const causeOf = (does: keyof typeof CAUSES) => CAUSES[does]

/** Rings at the other number and lets its script, or whoever holds it, take the call or not. */
export function createTransfer({ callSid, to, from, timeoutMs, script, onProgress }: TransferOptions): Transfer {
  const outcome = createDeferred<'answered' | CallStatus>()
  const ended = createDeferred<CallStatus>()
  let state: 'ringing' | 'bridged' | 'ended' = 'ringing'
  let timer: NodeJS.Timeout | undefined

  const end = (cause: HangupCause) => {
    if (state === 'ended') return
    clearTimeout(timer)
    state = 'ended'
    const status = END_STATUSES[cause]
    outcome.resolve(status)
    ended.resolve(status)
    onProgress('completed', status)
  }
  const pickUp = () => {
    if (state !== 'ringing') return
    clearTimeout(timer)
    state = 'bridged'
    outcome.resolve('answered')
    onProgress('answered', 'in-progress')
  }
  const act = () => {
    const { does = 'answers' } = script ?? {}
    if (does === 'answers') pickUp()
    else end(causeOf(does))
  }

  const isScripted = script !== undefined && !isPatient(script)
  timer = setTimeout(isScripted ? act : () => end('timeout'), isScripted ? (script.afterMs ?? 0) : timeoutMs)
  onProgress('initiated', 'initiated')
  onProgress('ringing', 'ringing')

  return {
    callSid,
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
