import { randomBytes, randomUUID } from 'node:crypto'
import { createAgentEar } from '../carrier-kit/agent-ear.ts'
import { payloads } from './call-events.ts'
import { createCallLog } from '../carrier-kit/call-log.ts'
import { createDeferred, withTimeout } from '../carrier-kit/deferred.ts'
import { openMediaStream } from './media-stream.ts'
import { createOutgoingCall } from './outgoing-call.ts'
import { openTransferLeg } from './transfer-leg.ts'
import type { TelnyxAccount } from './account.ts'
import type { AgentEar } from '../carrier-kit/agent-ear.ts'
import type { CallEnd, HangupCause, HangupSource } from '../carrier-kit/call-end.ts'
import type { CallEventName, CallLog } from '../carrier-kit/call-log.ts'
import type { Deferred } from '../carrier-kit/deferred.ts'
import type { Codec, Impairments } from '../carrier-kit/carrier-stream.ts'
import type { MediaStream, StreamParameters } from './media-stream.ts'
import type { CalleeScript } from '../carrier-kit/callee.ts'
import type { Detection, OutgoingCall } from './outgoing-call.ts'
import type { Ticker } from '../carrier-kit/ticker.ts'
import type { Transfer } from '../carrier-kit/transfer.ts'
import type { TransferRequest } from './transfer-leg.ts'
import type { WebhookSender } from './webhook-sender.ts'

export type CarrierCallOptions = {
  account: TelnyxAccount
  direction: 'incoming' | 'outgoing'
  from: string
  to: string
  codec: Codec
  /** As in `call.initiated`, the caller's preference first. */
  offeredCodecs: string
  clientState: string | undefined
  impairments: Impairments
  /** How long it may ring, in ms. */
  ringTimeoutMs: number
  /** Of a dialled call: what is told of who answered. */
  detection?: Detection
  /** Where its events go to instead of the account's URL. */
  webhookUrl?: string
  webhooks: WebhookSender
  ticker: Ticker
  onEnded(): void
}

/** How long the media socket may take to close at the end of a call, in ms. */
const CLOSE_WAIT_MS = 1500

/** One leg of a call as the carrier keeps it. */
export class CarrierCall {
  readonly account: TelnyxAccount
  readonly direction: 'incoming' | 'outgoing'
  readonly from: string
  readonly to: string
  readonly codec: Codec
  readonly callControlId = `v3:${randomBytes(33).toString('base64url')}`
  readonly callLegId = randomUUID()
  readonly callSessionId = randomUUID()
  readonly startTime = new Date().toISOString()
  clientState: string | undefined
  state: 'ringing' | 'answered' | 'ended' = 'ringing'
  stream: MediaStream | undefined
  ear: AgentEar | undefined
  readonly log: CallLog
  readonly answered: Deferred<void> = createDeferred()
  readonly streaming: Deferred<void> = createDeferred()
  readonly streamFailed: Deferred<{ status: number | undefined }> = createDeferred()
  readonly rejected: Deferred<{ cause: HangupCause }> = createDeferred()
  readonly ended: Deferred<CallEnd> = createDeferred()
  readonly transferred: Deferred<Transfer> = createDeferred()
  readonly transfers: Transfer[] = []
  readonly webhookUrl: string | undefined
  readonly #outgoing: OutgoingCall
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly #options: CarrierCallOptions
  #streamClosed: Deferred<Pick<CallEnd, 'closeCode' | 'closeReason'>> = createDeferred()
  #ringTimer: NodeJS.Timeout | undefined
  #isSilenced = false

  constructor(options: CarrierCallOptions) {
    this.#options = options
    this.account = options.account
    this.direction = options.direction
    this.from = options.from
    this.to = options.to
    this.codec = options.codec
    this.clientState = options.clientState
    this.webhookUrl = options.webhookUrl
    this.#outgoing = createOutgoingCall(this, options.detection)
    this.log = createCallLog(() => this.stream?.recorder.positionMs)
  }

  start(): void {
    const { offeredCodecs, ringTimeoutMs } = this.#options
    this.#ringTimer = setTimeout(() => this.end('timeout', 'unknown'), ringTimeoutMs)
    this.#happen('initiated', 'call.initiated', payloads.initiated(this, offeredCodecs))
    if (this.direction === 'outgoing') this.#outgoing.followScript()
  }

  /** @param script who answers a dialled call; default a person */
  answer(script: CalleeScript = {}): void {
    if (this.state !== 'ringing') return
    this.state = 'answered'
    clearTimeout(this.#ringTimer)
    this.#happen('answered', 'call.answered', payloads.answered(this))
    this.answered.resolve()
    if (this.direction === 'outgoing') this.#outgoing.begin(script)
  }

  /** Calls another number, to which the call is handed when it answers. */
  transfer(request: TransferRequest): void {
    const transfer = openTransferLeg({ call: this, request, webhooks: this.#options.webhooks })
    this.transfers.push(transfer)
    this.transferred.resolve(transfer)
  }

  /** Tells who answered. @param what `premium.detection` */
  tellMachine(what: 'detection' | 'greeting' | 'premium.detection' | 'premium.greeting', result: string): void {
    if (this.state !== 'answered') return
    this.#tell(`call.machine.${what}.ended`, payloads.machine(this, result))
  }

  /** Does something later, unless the call ends before. */
  after(ms: number, action: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      action()
    }, ms)
    this.#timers.add(timer)
  }

  reject(cause: 'call_rejected' | 'user_busy'): void {
    this.log.note('rejected', cause)
    this.rejected.resolve({ cause })
    this.end(cause, 'callee')
  }

  startStream(parameters: StreamParameters): void {
    const { ticker, impairments } = this.#options
    const { url, track } = parameters
    const closed: Deferred<Pick<CallEnd, 'closeCode' | 'closeReason'>> = createDeferred()
    this.#streamClosed = closed
    const stream = openMediaStream({
      ...parameters,
      callControlId: this.callControlId,
      callSessionId: this.callSessionId,
      from: this.from,
      to: this.to,
      ticker,
      impairments,
      onOpen: () => {
        this.#happen('stream-open', 'streaming.started', payloads.streaming(this, url))
        this.streaming.resolve()
        this.#outgoing.speakOpening(stream)
      },
      onFailed: (status) => {
        const reason = status === undefined ? 'connection_failed' : `unexpected_http_status_${status}`
        this.stream = undefined
        this.#happen(
          'stream-failed',
          'streaming.failed',
          payloads.streamingFailed(this, { id: stream.streamId, url, track, reason }),
        )
        this.streamFailed.resolve({ status })
        closed.resolve({})
      },
      onAgentFrame: (event, detail) => {
        if (event === 'mark') this.log.note('agent-mark', detail)
        if (event === 'clear') this.log.note('agent-clear')
        if (event === 'refused') this.log.note('frame-refused', detail)
      },
      onTick: () => this.ear?.listen(),
      onClose: (closeCode, closeReason) => {
        this.#happen('stream-closed', 'streaming.stopped', payloads.streaming(this, url), `${closeCode} ${closeReason}`)
        this.ear?.end('The media stream has ended.')
        closed.resolve({ closeCode, closeReason })
      },
    })
    this.stream = stream
    this.ear = createAgentEar(stream.recorder)
  }

  pressKey(digit: string): void {
    this.stream?.pressKey(digit)
    this.#happen('key-pressed', 'call.dtmf.received', payloads.dtmf(this, digit), digit)
  }

  /** Ends the call once; the media socket is closed with `stop`, its close code waited for. */
  end(cause: HangupCause, source: HangupSource): void {
    if (this.state === 'ended') return
    this.state = 'ended'
    clearTimeout(this.#ringTimer)
    for (const timer of this.#timers) clearTimeout(timer)
    const sent = (this.stream?.recorder.positionMs ?? 0) / 20
    const received = this.stream?.playback.stats.frames ?? 0
    this.stream?.stop()
    this.#happen('ended', 'call.hangup', payloads.hangup(this, { cause, source, sent, received }), cause)
    const early = new Error(`The call ended before: ${cause}, by ${source}.`)
    for (const waiting of [this.answered, this.streaming, this.streamFailed, this.rejected, this.transferred])
      waiting.reject(early)
    for (const transfer of this.transfers) transfer.hangUp()
    this.#options.onEnded()
    this.#resolveEnd(cause, source)
  }

  /** Drops the call without a word to anybody: the carrier is gone. */
  vanish(): void {
    this.#isSilenced = true
    this.stream?.destroy()
    this.end('unspecified', 'unknown')
  }

  #resolveEnd(cause: HangupCause, source: HangupSource): void {
    const closed = this.stream ? this.#streamClosed.promise : Promise.resolve({})
    withTimeout(closed, CLOSE_WAIT_MS, 'the media socket to close').then(
      (close) => this.ended.resolve({ cause, source, ...close }),
      () => this.ended.resolve({ cause, source }),
    )
  }

  #happen(name: CallEventName, eventType: string, payload: Record<string, unknown>, detail = ''): void {
    this.log.note(name, detail)
    this.#tell(eventType, payload)
  }

  #tell(eventType: string, payload: Record<string, unknown>): void {
    if (this.#isSilenced) return
    const { account, callControlId, webhookUrl: url } = this
    this.#options.webhooks.send({ account, url, eventType, callControlId, payload })
  }
}
