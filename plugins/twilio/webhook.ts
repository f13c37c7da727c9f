import type { TelephonyEndCause, TelephonyEvent, WebhookRequest } from '../../src/provider-kit/index.ts'

/** `voice` is asked for instructions; `status` is told what happened. */
export const WEBHOOK_PATHS = ['voice', 'status'] as const

/** The query parameter of a callback's URL that brings back the command id of the dial. */
export const DIAL_PARAMETER = 'dial'

/** Source: `CallStatus` in `lib/rest/api/v2010/account/call.d.ts` of the `twilio` package */
const END_CAUSES: Readonly<Record<string, TelephonyEndCause>> = {
  completed: 'completed',
  busy: 'busy',
  'no-answer': 'no-answer',
  failed: 'failed',
  canceled: 'canceled',
}

/** SIP answers by which a person or a telephone declines: 603 Decline, 607 Unwanted. */
const DECLINED = new Set(['603', '607'])

/** Source: https://www.twilio.com/docs/voice/answering-machine-detection */
const ANSWERERS: Readonly<Record<string, { answerer: 'human' | 'machine' | 'fax' | 'unknown'; beep?: boolean }>> = {
  human: { answerer: 'human' },
  machine_start: { answerer: 'machine' },
  machine_end_beep: { answerer: 'machine', beep: true },
  machine_end_silence: { answerer: 'machine', beep: true },
  machine_end_other: { answerer: 'machine', beep: true },
  fax: { answerer: 'fax' },
  unknown: { answerer: 'unknown' },
}

/** What Twilio writes for a caller whose number is withheld: ANONYMOUS, UNAVAILABLE, UNKNOWN, BLOCKED, RESTRICTED in keys. */
const WITHHELD = new Set(['', 'anonymous', '+266696687', '+86282452253', '+8656696', '+2562533', '+7378742833'])

type Details<Event = TelephonyEvent> = Event extends TelephonyEvent
  ? Omit<Event, 'eventId' | 'carrierCallId' | 'occurredAt' | 'dialCommandId'>
  : never

/** What is special to one event, and what tells it from the others of its call. */
type Reading = { id: readonly string[]; carrierCallId?: string; details: Details }

const isCallSid = (text: string | null): text is string => text !== null && /^CA[0-9a-fA-F]{32}$/.test(text)

const required = (form: URLSearchParams, name: string): string => {
  const value = form.get(name)
  if (value === null || value === '') throw new SyntaxError(`The Twilio webhook has no ${name}.`)
  return value
}

const readVoice = (form: URLSearchParams): Reading => {
  const direction = required(form, 'Direction')
  if (direction === 'outbound-api') return { id: ['voice'], details: { type: 'call-answered' } }
  if (direction !== 'inbound') return { id: ['voice'], details: { type: 'ignored', name: `voice ${direction}` } }
  const from = form.get('From') ?? ''
  return {
    id: ['voice'],
    details: {
      type: 'call-initiated',
      direction: 'inbound',
      // A caller may withhold the number; the call is still to be answered.
      from: WITHHELD.has(from.toLowerCase()) ? 'anonymous' : from,
      to: required(form, 'To'),
      offeredEncodings: ['mulaw'],
    },
  }
}

/** A stream's own callback, where TwiML names one. Source: https://www.twilio.com/docs/voice/twiml/stream#statuscallback */
const readStream = (form: URLSearchParams, event: string): Reading => {
  const id = ['stream', form.get('StreamSid') ?? '', event]
  if (event === 'stream-started') return { id, details: { type: 'stream-started' } }
  if (event === 'stream-stopped') return { id, details: { type: 'stream-stopped' } }
  const code = /^\d{1,10}$/.exec(form.get('StreamErrorCode') ?? form.get('ErrorCode') ?? '')?.[0] ?? 'unknown'
  if (event === 'stream-error') return { id, details: { type: 'stream-failed', reason: code } }
  return { id, details: { type: 'ignored', name: event.slice(0, 100) } }
}

const readTransfer = (status: string, id: readonly string[]): Reading => {
  if (['completed', 'answered', 'in-progress'].includes(status)) {
    return { id: [...id, 'transferred'], details: { type: 'transfer-completed' } }
  }
  // `canceled`: whoever was to be handed on hung up while it rang, which that call's own end tells.
  if (Object.hasOwn(END_CAUSES, status) && status !== 'canceled') {
    return { id: [...id, 'not-transferred'], details: { type: 'transfer-failed', reason: status } }
  }
  return { id: [...id, status], details: { type: 'ignored', name: `transfer ${status.slice(0, 100)}` } }
}

/** The leg to whom a call is handed on: its events belong to the call that was handed on. */
const readOtherLeg = (form: URLSearchParams, status: string): Reading => {
  const parent = form.get('ParentCallSid')
  if (!isCallSid(parent)) throw new SyntaxError('The Twilio webhook of a further leg has no ParentCallSid.')
  const reading = readTransfer(status, ['leg', form.get('CallSid') ?? ''])
  // That it was answered was told before.
  const details: Details = status === 'completed' ? { type: 'ignored', name: 'transfer completed' } : reading.details
  return { id: status === 'completed' ? [...reading.id, status] : reading.id, carrierCallId: parent, details }
}

const readAnswerer = (answeredBy: string): Reading => {
  const answerer = Object.hasOwn(ANSWERERS, answeredBy) ? ANSWERERS[answeredBy] : undefined
  return {
    id: ['answered-by', answeredBy],
    details: { type: 'answerer-detected', ...(answerer ?? { answerer: 'unknown' }) },
  }
}

const readEnd = (form: URLSearchParams, cause: TelephonyEndCause): Details => {
  const isInbound = form.get('Direction') === 'inbound'
  const isDeclined = !isInbound && cause !== 'completed' && DECLINED.has(form.get('SipResponseCode') ?? '')
  // Twilio does not tell who hung up; only who let it not come to a call.
  if (isDeclined) return { type: 'call-ended', cause: 'rejected', endedBy: 'callee' }
  if (cause === 'busy') return { type: 'call-ended', cause, endedBy: 'callee' }
  return { type: 'call-ended', cause, endedBy: cause === 'canceled' ? 'caller' : 'unknown' }
}

const isDetection = (form: URLSearchParams): boolean =>
  form.has('AnsweredBy') && !form.has('CallbackSource') && !form.has('SequenceNumber')

const readStatus = (form: URLSearchParams): Reading => {
  const streamEvent = form.get('StreamEvent')
  if (streamEvent !== null) return readStream(form, streamEvent)
  const dialStatus = form.get('DialCallStatus')
  if (dialStatus !== null) return readTransfer(dialStatus, ['dialled', form.get('DialCallSid') ?? ''])
  if (isDetection(form)) return readAnswerer(required(form, 'AnsweredBy'))
  const status = required(form, 'CallStatus')
  if (form.get('Direction') === 'outbound-dial') return readOtherLeg(form, status)
  const id = ['status', status, form.get('SequenceNumber') ?? '']
  if (status === 'ringing') return { id, details: { type: 'call-ringing' } }
  const cause = Object.hasOwn(END_CAUSES, status) ? END_CAUSES[status] : undefined
  if (cause !== undefined) return { id, details: readEnd(form, cause) }
  // An answer is told by the `voice` webhook, which asks what to do.
  return { id, details: { type: 'ignored', name: status.slice(0, 100) } }
}

const readDialCommandId = (url: string): { dialCommandId?: string } => {
  const dialCommandId = URL.canParse(url) ? new URL(url).searchParams.get(DIAL_PARAMETER) : null
  return dialCommandId === null ? {} : { dialCommandId: dialCommandId.slice(0, 200) }
}

/** Only progress callbacks tell when it happened, in RFC 2822; for the others it is now. */
const readTime = (form: URLSearchParams): string => {
  const time = Date.parse(form.get('Timestamp') ?? '')
  return new Date(Number.isNaN(time) ? Date.now() : time).toISOString()
}

/**
 * Reads a webhook of Programmable Voice: `voice`, where Twilio asks what to do with a call, and `status`, where call
 * progress, answering machine detection, streams and handed-on calls are told.
 *
 * The event id is made of what stays the same when Twilio delivers an event again and differs between events: the call,
 * and the event with its sequence number. The header I-Twilio-Idempotency-Token is not relied on, as no page of Twilio's
 * says what it promises for voice.
 * @throws SyntaxError when the body is not what Twilio documents for that path
 * Sources: https://www.twilio.com/docs/api/twiml/twilio_request (the parameters of `voice`),
 * https://www.twilio.com/docs/voice/answering-machine-detection, https://www.twilio.com/docs/voice/twiml/number (the leg
 * to whom a call is handed on), https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides (tries); the
 * fields of a progress callback as the README tells
 */
export function parseWebhook({ path, rawBody, url }: WebhookRequest): TelephonyEvent {
  const form = new URLSearchParams(rawBody.toString('utf8'))
  const callSid = form.get('CallSid')
  if (!isCallSid(callSid)) throw new SyntaxError('The Twilio webhook has no CallSid.')
  if (path !== 'voice' && path !== 'status') throw new SyntaxError('Twilio has the webhooks voice and status only.')
  const { id, carrierCallId = callSid, details } = path === 'voice' ? readVoice(form) : readStatus(form)
  return {
    eventId: [callSid, ...id].join(':').slice(0, 300),
    carrierCallId,
    occurredAt: readTime(form),
    ...readDialCommandId(url),
    ...details,
  }
}
