import type { IncomingHttpHeaders } from 'node:http'
import type { AudioEncoding, AudioFormat } from './audio.ts'
import type { ProviderContext } from './context.ts'

/** A carrier's webhook in common terms. `eventId` is the carrier's own, used to drop duplicates. */
export type TelephonyEvent = {
  eventId: string
  /** The carrier's id of the call, the one its commands take. */
  carrierCallId: string
  occurredAt: string
  /** The command id of the dial that made this call, where the carrier repeats it. */
  dialCommandId?: string
} & (
  | {
      type: 'call-initiated'
      direction: 'inbound' | 'outbound'
      from: string
      to: string
      offeredEncodings: AudioEncoding[]
    }
  | { type: 'call-ringing' }
  | { type: 'call-answered' }
  /** Who answered an outbound call that asked for machine detection. `beep`: a machine is ready to take a message. */
  | { type: 'answerer-detected'; answerer: 'human' | 'machine' | 'fax' | 'unknown'; beep?: boolean }
  /** The machine's greeting is over; a message may be left. Follows an `answerer-detected` of `machine`. */
  | { type: 'machine-greeting-ended' }
  /** A key that the other side pressed, where the carrier tells it beside the media stream. */
  | { type: 'dtmf'; digit: string }
  /** The call was handed to another number. */
  | { type: 'transfer-completed' }
  | { type: 'transfer-failed'; reason: string }
  | { type: 'stream-started' }
  | { type: 'stream-failed'; reason: string }
  | { type: 'stream-stopped' }
  | { type: 'call-ended'; cause: TelephonyEndCause; endedBy: 'caller' | 'callee' | 'unknown' }
  /** An event that has no effect here. */
  | { type: 'ignored'; name: string }
)

export type TelephonyEndCause = 'completed' | 'no-answer' | 'busy' | 'rejected' | 'canceled' | 'failed'

export type WebhookRequest = {
  /** The last segment of the path, one of the capability's `webhookPaths`; empty where it has none. */
  path: string
  headers: IncomingHttpHeaders
  /** The body exactly as it came. */
  rawBody: Buffer
  /** The URL that the carrier was given, `PUBLIC_URL` applied. */
  url: string
}

/** Why a webhook was refused; the HTTP status is the contract's for that carrier. */
export type WebhookVerdict = { ok: true } | { ok: false; status: 401 | 403; reason: string }

/** What a webhook is answered with. */
export type WebhookReply = { status: number; contentType: string; body: string }

/**
 * The words of a carrier that takes its instructions as the answer to a webhook (TwiML) instead of as commands.
 * Where a capability has them, a webhook's `call-initiated` or `call-answered` that `awaitsInstructions` is answered
 * with one of these, and the client's `answer`, `reject` and `startStream` are not called for it.
 */
export type WebhookInstructions = {
  /** Whether this webhook is answered with instructions; every other one is only acknowledged. */
  awaitsInstructions(request: WebhookRequest): boolean
  /** Answers the call if it still rings, and opens the media stream. */
  startStream(options: { streamUrl: string }): WebhookReply
  reject(options: { cause: 'rejected' | 'busy' }): WebhookReply
  /** Ends the call. */
  hangUp(): WebhookReply
  /** Says only that the webhook came. */
  acknowledge(): WebhookReply
}

/** An outbound call. */
export type DialCommand = {
  /** E.164. */
  to: string
  /** E.164; a number of the tenant at this carrier. */
  from: string
  commandId: string
  /** `<PUBLIC_URL>/webhooks/<carrier>/<tenant>`, to which a carrier with `webhookPaths` appends one of them. */
  webhookUrl: string
  /** Asks the carrier who answered: `answerer-detected` follows. */
  detectMachine: boolean
  /** A message is to be left: the end of a machine's greeting is wanted too, and may be waited for. */
  leavesMessage?: boolean
  /** How long it may ring, in seconds. */
  ringSeconds: number
}

/** Commands to the carrier. Each takes a `commandId`, the same in a retry, so that a retry has no second effect. */
export type TelephonyClient = {
  answer(command: { carrierCallId: string; commandId: string }): Promise<void>
  reject(command: { carrierCallId: string; commandId: string; cause: 'rejected' | 'busy' }): Promise<void>
  hangUp(command: { carrierCallId: string; commandId: string }): Promise<void>
  startStream(command: {
    carrierCallId: string
    commandId: string
    streamUrl: string
    encoding: AudioEncoding
  }): Promise<void>
  /** @throws ProviderError; `invalid-request` where the carrier refuses the number */
  dial(command: DialCommand): Promise<{ carrierCallId: string }>
  /** Hands the call to another number; the media stream may end with it. */
  transfer(command: {
    carrierCallId: string
    commandId: string
    to: string
    from?: string
    /** As of a dial: where a carrier that tells the outcome to a URL of the command's tells it. */
    webhookUrl?: string
  }): Promise<void>
  /** Presses keys. Absent where the carrier cannot: they are then played into the media stream as tones. */
  sendDtmf?(command: { carrierCallId: string; commandId: string; digits: string }): Promise<void>
}

/** What a carrier's media socket says, in common terms. */
export type MediaEvent =
  | { type: 'connected' }
  | { type: 'start'; carrierCallId: string; streamId: string; format: AudioFormat }
  /** `chunk` orders the frames of a track; payload is headerless G.711. */
  | { type: 'media'; chunk: number; payload: Buffer }
  | { type: 'mark'; name: string }
  | { type: 'dtmf'; digit: string }
  | { type: 'error'; code: string; message: string }
  | { type: 'stop' }
  | { type: 'ignored' }

/** Reads and writes one media socket's frames. Made anew for each socket, because a carrier may demand its stream id back. */
export type MediaCodec = {
  /** @throws MalformedFrameError when the message is not what the carrier documents */
  parse(message: string): MediaEvent
  /** @param payload headerless G.711, 20 ms to 30 s */
  media(payload: Uint8Array): string
  /** Comes back as a `mark` event when all audio sent before it was played, or at once on `clear`. */
  mark(name: string): string
  /** Empties the carrier's playback buffer. */
  clear(): string
}

const MALFORMED_FRAME = Symbol.for('patchbay.malformed-frame')

/** A media-socket message that is not what the carrier documents. */
export class MalformedFrameError extends Error {
  readonly [MALFORMED_FRAME] = true
  override name = 'MalformedFrameError'
}

export const isMalformedFrameError = (error: unknown): error is MalformedFrameError =>
  typeof error === 'object' && error !== null && (error as Record<symbol, unknown>)[MALFORMED_FRAME] === true

export type TelephonyCapability<Credentials = Record<string, string>> = {
  /** Encodings that the media stream speaks. */
  encodings: readonly AudioEncoding[]
  /** Path segments after the tenant's webhook URL, for a carrier with one URL for each purpose. */
  webhookPaths?: readonly string[]
  /** Of a carrier that is told what to do in the answer to its webhooks. */
  instructions?: WebhookInstructions
  /** Verifies the signature over the raw body. `now` in ms since the epoch. */
  verifyWebhook(request: WebhookRequest, credentials: Credentials, now: number): WebhookVerdict
  /** @throws SyntaxError when the body is not what the carrier documents */
  parseWebhook(request: WebhookRequest): TelephonyEvent
  createClient(context: ProviderContext<Credentials>): TelephonyClient
  createMediaCodec(): MediaCodec
}
