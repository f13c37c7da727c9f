import type { HangupCause } from '../carrier-kit/call-end.ts'

export type CallStatus =
  | 'queued'
  | 'initiated'
  | 'ringing'
  | 'in-progress'
  | 'completed'
  | 'busy'
  | 'no-answer'
  | 'failed'
  | 'canceled'

/** What a request says of a call or of one of its legs. */
export type CallFacts = {
  accountSid: string
  callSid: string
  from: string
  to: string
  direction: 'inbound' | 'outbound-api' | 'outbound-dial'
  parentCallSid?: string
}

export type Parameters = Record<string, string>

/** Where a number lies, as far as Twilio knows: here it knows the country. Empty values are sent, and signed, too. */
const placeOf = (role: 'Caller' | 'Called' | 'From' | 'To'): Parameters => ({
  [`${role}City`]: '',
  [`${role}Country`]: 'US',
  [`${role}State`]: '',
  [`${role}Zip`]: '',
})

/**
 * The parameters of every request about a call.
 * Source: https://www.twilio.com/docs/voice/twiml#twilios-request-to-your-application
 */
export const describeCall = (facts: CallFacts, status: CallStatus): Parameters => ({
  AccountSid: facts.accountSid,
  ApiVersion: '2010-04-01',
  CallSid: facts.callSid,
  CallStatus: status,
  Called: facts.to,
  Caller: facts.from,
  Direction: facts.direction,
  From: facts.from,
  To: facts.to,
  ...(facts.parentCallSid === undefined ? {} : { ParentCallSid: facts.parentCallSid }),
  ...placeOf('Caller'),
  ...placeOf('Called'),
  ...placeOf('From'),
  ...placeOf('To'),
})

/** RFC 2822, as Twilio writes times. */
export const writeTime = (date = new Date()): string => date.toUTCString().replace('GMT', '+0000')

/**
 * What a progress callback says beyond.
 * Source: https://www.twilio.com/docs/voice/api/call-resource#statuscallback
 */
export const describeProgress = (sequence: number): Parameters => ({
  CallbackSource: 'call-progress-events',
  SequenceNumber: String(sequence),
  Timestamp: writeTime(),
})

/** How Twilio names the end of a call. Source: https://www.twilio.com/docs/voice/api/call-resource#call-status-values */
export const END_STATUSES: Readonly<Record<HangupCause, CallStatus>> = {
  normal_clearing: 'completed',
  time_limit: 'completed',
  originator_cancel: 'canceled',
  timeout: 'no-answer',
  no_answer: 'no-answer',
  user_busy: 'busy',
  call_rejected: 'busy',
  not_found: 'failed',
  unspecified: 'failed',
}

/** What the other network answered. */
export const SIP_CODES: Readonly<Record<HangupCause, string>> = {
  normal_clearing: '200',
  time_limit: '200',
  originator_cancel: '487',
  timeout: '487',
  no_answer: '480',
  user_busy: '486',
  call_rejected: '603',
  not_found: '404',
  unspecified: '500',
}
