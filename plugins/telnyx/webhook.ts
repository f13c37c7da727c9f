import { createPublicKey, verify } from 'node:crypto'
import { readClientState } from './client-state.ts'
import { isObject, optionalString } from './shape.ts'
import type {
  AudioEncoding,
  TelephonyEndCause,
  TelephonyEvent,
  WebhookRequest,
  WebhookVerdict,
} from '../../src/provider-kit/index.ts'
import type { TelnyxCredentials } from './credentials.ts'

/** How far a webhook's timestamp may lie from now, both ways, in seconds; the official SDK's own figure. */
export const WEBHOOK_TOLERANCE_SECONDS = 300

/** DER head of a raw Ed25519 public key as SubjectPublicKeyInfo (RFC 8410). */
const ED25519_SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')

const refuse = (reason: string): WebhookVerdict => ({ ok: false, status: 401, reason })

const isSignedBy = (publicKey: string, signed: Buffer, signature: Buffer): boolean => {
  try {
    const raw = Buffer.from(publicKey, 'base64')
    const key = createPublicKey({ key: Buffer.concat([ED25519_SPKI_PREFIX, raw]), format: 'der', type: 'spki' })
    return raw.length === 32 && verify(null, signed, key, signature)
  } catch {
    return false
  }
}

/**
 * Verifies a Telnyx webhook: Ed25519 over `<telnyx-timestamp>|<raw body>`, timestamp within 300 s of `now`.
 * Never throws; the reason repeats nothing of what was sent.
 * @param now ms since the epoch
 * Source: https://developers.telnyx.com/docs/development/api-fundamentals/webhooks/receiving-webhooks and
 * `lib/webhooks.js` of the `telnyx` package.
 */
export function verifyWebhook(
  { headers, rawBody }: WebhookRequest,
  { publicKey }: Pick<TelnyxCredentials, 'publicKey'>,
  now: number,
): WebhookVerdict {
  const timestamp = headers['telnyx-timestamp']
  const signature = headers['telnyx-signature-ed25519']
  if (timestamp === undefined || signature === undefined) return refuse('The Telnyx signature headers are missing.')
  if (typeof timestamp !== 'string' || !/^\d{1,12}$/.test(timestamp))
    return refuse('The telnyx-timestamp header is malformed.')
  if (typeof signature !== 'string' || !/^[A-Za-z0-9+/]{86}==$/.test(signature)) {
    return refuse('The telnyx-signature-ed25519 header is malformed.')
  }
  if (Math.abs(Math.floor(now / 1000) - Number(timestamp)) > WEBHOOK_TOLERANCE_SECONDS) {
    return refuse(`The webhook's timestamp is more than ${WEBHOOK_TOLERANCE_SECONDS} s away from this server's clock.`)
  }
  const signed = Buffer.concat([Buffer.from(`${timestamp}|`), rawBody])
  return isSignedBy(publicKey, signed, Buffer.from(signature, 'base64'))
    ? { ok: true }
    : refuse("The signature does not match the tenant's Telnyx public key.")
}

const CODEC_ENCODINGS: Readonly<Record<string, AudioEncoding>> = { PCMU: 'mulaw', PCMA: 'alaw' }

const END_CAUSES: Readonly<Record<string, TelephonyEndCause>> = {
  normal_clearing: 'completed',
  time_limit: 'completed',
  call_rejected: 'rejected',
  originator_cancel: 'canceled',
  user_busy: 'busy',
  timeout: 'no-answer',
  no_answer: 'no-answer',
}

const END_SOURCES = ['caller', 'callee'] as const

const readJson = (rawBody: Buffer): unknown => {
  try {
    return JSON.parse(rawBody.toString('utf8'))
  } catch {
    throw new SyntaxError('The Telnyx webhook is not JSON.')
  }
}

const required = (source: Record<string, unknown>, name: string, eventType: string): string => {
  const value = source[name]
  if (typeof value !== 'string' || value === '')
    throw new SyntaxError(`The Telnyx webhook ${eventType} has no ${name}.`)
  return value
}

const readEnvelope = (body: unknown): Record<string, unknown> => {
  if (!isObject(body)) throw new SyntaxError('The Telnyx webhook is not a JSON object.')
  if (isObject(body.data)) return body.data
  if ('event_type' in body || 'payload' in body) {
    throw new SyntaxError(
      'The Telnyx webhook is in the API v1 format; set the webhook API version of the Voice API application to 2.',
    )
  }
  throw new SyntaxError('The Telnyx webhook has no data.')
}

const readOfferedEncodings = (codecs: string): AudioEncoding[] => {
  const encodings = codecs.split(',').flatMap((codec) => CODEC_ENCODINGS[codec.trim().toUpperCase()] ?? [])
  return [...new Set(encodings)]
}

const readInitiated = (payload: Record<string, unknown>) => {
  const direction = required(payload, 'direction', 'call.initiated')
  if (direction !== 'incoming' && direction !== 'outgoing') {
    throw new SyntaxError('The Telnyx webhook call.initiated has an unknown direction.')
  }
  return {
    type: 'call-initiated' as const,
    direction: direction === 'incoming' ? ('inbound' as const) : ('outbound' as const),
    // A caller may withhold the number; the call is still to be answered.
    from: optionalString(payload.from) || 'anonymous',
    to: required(payload, 'to', 'call.initiated'),
    offeredEncodings: readOfferedEncodings(optionalString(payload.offered_codecs) ?? ''),
  }
}

const readHangup = ({ hangup_cause: cause, hangup_source: source }: Record<string, unknown>) => ({
  type: 'call-ended' as const,
  cause: END_CAUSES[optionalString(cause) ?? ''] ?? ('failed' as const),
  endedBy: END_SOURCES.find((name) => name === source) ?? ('unknown' as const),
})

const DETECTED: Readonly<Record<string, 'human' | 'machine' | 'fax'>> = {
  human: 'human',
  human_residence: 'human',
  human_business: 'human',
  machine: 'machine',
  fax_detected: 'fax',
}

/** `not_sure` and `silence` stay unknown: whoever is there is talked to. */
const readDetection = ({ result }: Record<string, unknown>) => ({
  type: 'answerer-detected' as const,
  answerer: DETECTED[optionalString(result) ?? ''] ?? ('unknown' as const),
})

/** A beep may come before the detection has ended, and then it is all that Telnyx tells. */
const readGreetingEnd = ({ result }: Record<string, unknown>) =>
  result === 'beep_detected'
    ? { type: 'answerer-detected' as const, answerer: 'machine' as const, beep: true }
    : { type: 'machine-greeting-ended' as const }

const readDigit = (payload: Record<string, unknown>) => {
  const digit = required(payload, 'digit', 'call.dtmf.received')
  if (!/^[0-9A-D*#]$/.test(digit)) throw new SyntaxError('The Telnyx webhook call.dtmf.received has no key of a phone.')
  return { type: 'dtmf' as const, digit }
}

/**
 * The new leg of a transfer is told of in the words of the call that it was made for: bridged, or ended before. Its end
 * after it was bridged is a `transfer-failed` too, which then comes too late to mean anything.
 */
const readTransferLeg = (name: string, payload: Record<string, unknown>) => {
  if (name === 'call.bridged') return { type: 'transfer-completed' as const }
  const reason = optionalString(payload.hangup_cause)?.slice(0, 100) ?? 'unknown'
  // The caller hung up while it rang: that call's own end tells so.
  const isFailure = name === 'call.hangup' && reason !== 'originator_cancel'
  return isFailure ? { type: 'transfer-failed' as const, reason } : { type: 'ignored' as const, name }
}

const readEvent = (name: string, payload: Record<string, unknown>) => {
  switch (name) {
    case 'call.initiated':
      return readInitiated(payload)
    case 'call.answered':
      return { type: 'call-answered' as const }
    case 'call.machine.detection.ended':
    case 'call.machine.premium.detection.ended':
      return readDetection(payload)
    case 'call.machine.greeting.ended':
    case 'call.machine.premium.greeting.ended':
      return readGreetingEnd(payload)
    case 'call.dtmf.received':
      return readDigit(payload)
    case 'call.bridged':
      return { type: 'transfer-completed' as const }
    case 'streaming.started':
      return { type: 'stream-started' as const }
    case 'streaming.failed':
      return {
        type: 'stream-failed' as const,
        reason: optionalString(payload.failure_reason)?.slice(0, 200) ?? 'unknown',
      }
    case 'streaming.stopped':
      return { type: 'stream-stopped' as const }
    case 'call.hangup':
      return readHangup(payload)
    default:
      return undefined
  }
}

/**
 * Reads a Call Control webhook of API v2. An event without an effect here comes back as `ignored`; its
 * `carrierCallId` is empty where Telnyx names no call (`call.recording.saved`). `offeredEncodings` keeps the
 * caller's order and is empty where neither G.711 law was offered.
 * @throws SyntaxError when the body is not a v2 event; the flat v1 format gets a message that says what to set
 * Source: `resources/webhooks.d.ts` of the `telnyx` package, https://developers.telnyx.com/api-reference/callbacks/call-hangup,
 * https://developers.telnyx.com/docs/voice/programmable-voice/answering-machine-detection,
 * https://developers.telnyx.com/api-reference/call-commands/transfer-call
 */
export function parseWebhook({ rawBody }: WebhookRequest): TelephonyEvent {
  const data = readEnvelope(readJson(rawBody))
  const name = required(data, 'event_type', 'event')
  const eventId = required(data, 'id', name)
  const occurredAt = required(data, 'occurred_at', name)
  const payload = isObject(data.payload) ? data.payload : {}
  const state = readClientState(payload.client_state)
  if (state?.kind === 'transfer') {
    return { eventId, occurredAt, carrierCallId: state.carrierCallId, ...readTransferLeg(name, payload) }
  }
  const event = readEvent(name, payload)
  if (!event) {
    return { eventId, occurredAt, carrierCallId: optionalString(payload.call_control_id) ?? '', type: 'ignored', name }
  }
  const carrierCallId = required(payload, 'call_control_id', name)
  const dial = state ? { dialCommandId: state.commandId } : {}
  return { eventId, occurredAt, carrierCallId, ...dial, ...event }
}
