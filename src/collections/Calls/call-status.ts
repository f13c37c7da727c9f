/** Where a call stands. */
export const CALL_STATUSES = [
  'queued',
  'ringing',
  'in-progress',
  'completed',
  'failed',
  'no-answer',
  'busy',
  'canceled',
  'voicemail',
] as const

export type CallStatus = (typeof CALL_STATUSES)[number]
