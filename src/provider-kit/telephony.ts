import type { IncomingHttpHeaders } from 'node:http'
import type { AudioEncoding, AudioFormat } from './audio.ts'
import type { ProviderContext } from './context.ts'

/** A carrier's webhook in common terms. `eventId` is the carrier's own, used to drop duplicates. */
export type TelephonyEvent = {
  eventId: string
  /** The carrier's id of the call, the one its commands take. */
  carrierCallId: string
  occurredAt: string
} & (
  | {
      type: 'call-initiated'
      direction: 'inbound' | 'outbound'
      from: string
      to: string
      offeredEncodings: AudioEncoding[]
    }
  | { type: 'call-answered' }
  | { type: 'stream-started' }
  | { type: 'stream-failed'; reason: string }
  | { type: 'stream-stopped' }
  | { type: 'call-ended'; cause: TelephonyEndCause; endedBy: 'caller' | 'callee' | 'unknown' }
  /** An event that has no effect here. */
  | { type: 'ignored'; name: string }
)

export type TelephonyEndCause = 'completed' | 'no-answer' | 'busy' | 'rejected' | 'canceled' | 'failed'

export type WebhookRequest = {
  headers: IncomingHttpHeaders
  /** The body exactly as it came. */
  rawBody: Buffer
  /** The URL that the carrier was given, `PUBLIC_URL` applied. */
  url: string
}

/** Why a webhook was refused; the HTTP status is the contract's for that carrier. */
export type WebhookVerdict = { ok: true } | { ok: false; status: 401 | 403; reason: string }

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
  /** Verifies the signature over the raw body. `now` in ms since the epoch. */
  verifyWebhook(request: WebhookRequest, credentials: Credentials, now: number): WebhookVerdict
  /** @throws SyntaxError when the body is not what the carrier documents */
  parseWebhook(request: WebhookRequest): TelephonyEvent
  createClient(context: ProviderContext<Credentials>): TelephonyClient
  createMediaCodec(): MediaCodec
}
