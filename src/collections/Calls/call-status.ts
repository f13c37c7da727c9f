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

/** Who answered a call of ours, as its carrier made out. */
export const CALL_ANSWERERS = ['human', 'machine', 'fax', 'unknown'] as const

export type CallAnswerer = (typeof CALL_ANSWERERS)[number]
