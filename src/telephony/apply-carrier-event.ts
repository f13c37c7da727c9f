import type { Payload } from 'payload'
import type { EndedReason } from '../calls/index.ts'
import type { TelephonyEndCause, TelephonyEvent } from '../provider-kit/index.ts'
import { markCallAnswered, markCallRinging, noteAnswerer } from '../store/call-records.ts'
import type { OpenCall } from './open-calls.ts'

type ApplyOptions = {
  payload: Payload
  open: OpenCall
  event: TelephonyEvent
}

/** Tells an open call what its carrier says of it. */
export async function applyCarrierEvent({ payload, open, event }: ApplyOptions): Promise<void> {
  const { call, record } = open
  switch (event.type) {
    case 'call-initiated':
    case 'call-ringing':
      if (call.isAnswered || call.isEnding) return
      call.onRinging()
      return open.write(() => markCallRinging({ payload, record }))
    case 'call-answered':
      if (call.isAnswered) return
      return noteAnswer({ payload, open })
    case 'answerer-detected':
      void open.write(() => noteAnswerer({ payload, record, answeredBy: event.answerer }))
      return call.mailbox.onAnswerer(event.answerer, event.beep)
    case 'machine-greeting-ended':
      return call.mailbox.onGreetingEnded()
    case 'dtmf':
      return call.keys.fromWebhook(event.digit)
    case 'transfer-completed':
      return call.onHandedOver()
    case 'transfer-failed':
      return call.handOver.onFailed(event.reason)
    case 'stream-failed':
      return call.onStreamFailed(event.reason)
    case 'call-ended':
      return call.onCarrierEnded(reasonOf(event, open))
    default:
  }
}

/** Goes on with a call that the carrier connected, and notes that. */
export async function noteAnswer({ payload, open }: Pick<ApplyOptions, 'payload' | 'open'>): Promise<void> {
  const { call, record } = open
  const noted = open.write(() => markCallAnswered({ payload, record }))
  await Promise.all([call.onAnswered(), noted])
}

const REASON_BY_CAUSE: Record<TelephonyEndCause, EndedReason> = {
  completed: 'caller-hangup',
  canceled: 'canceled',
  'no-answer': 'no-answer',
  busy: 'busy',
  rejected: 'rejected',
  failed: 'carrier-failed',
}

/** Whose doing the end was, as the carrier names it. A call that came in can only have been given up by its caller. */
const reasonOf = (
  { cause }: TelephonyEvent & { type: 'call-ended' },
  { direction }: Pick<OpenCall, 'direction'>,
): EndedReason => (cause === 'canceled' && direction === 'inbound' ? 'caller-hangup' : REASON_BY_CAUSE[cause])
