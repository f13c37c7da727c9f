import type { WebSocket } from 'ws'
import type { CallSession, CallSummary, EndedReason } from '../calls/index.ts'
import type { DialCommand } from '../provider-kit/index.ts'
import type { LiveCallListener } from '../server/runtime.ts'
import { callStatusOf } from '../store/call-records.ts'
import type { CallClosing } from '../store/call-records.ts'
import type { BoundProviders } from './bind-providers.ts'
import { CallMedia } from './call-media.ts'
import { createCallFollowers } from './call-followers.ts'
import type { CallFollowers } from './call-followers.ts'
import { createCarrierLine } from './carrier-line.ts'
import type { CarrierLine } from './carrier-line.ts'
import { endOfRefused, toReceipt, withTransfer } from './closing.ts'
import { createDeferred } from './deferred.ts'
import { createHandOver } from './hand-over.ts'
import type { HandOver, HandOverOutcome } from './hand-over.ts'
import type { KeyPresses } from './key-presses.ts'
import { createMailbox } from './mailbox.ts'
import type { Mailbox } from './mailbox.ts'
import type { PhoneCallOptions } from './phone-call-options.ts'

const UNTOLD = 'The carrier did not say what became of the call.'

/** One carrier call from `answer` or `dial` to its closed record: carrier commands, media socket and conversation. */
export class PhoneCall {
  readonly provider: string
  /** Who answered an outbound call, and what to do about it. */
  readonly mailbox: Mailbox
  readonly handOver: HandOver
  readonly #media: CallMedia
  readonly #options: PhoneCallOptions
  readonly #line: CarrierLine
  readonly #followers: CallFollowers
  #answeredAt: number | undefined
  #deadline: NodeJS.Timeout | undefined
  #longestRingMs: number | undefined
  #providers: Promise<BoundProviders> | undefined
  #closing: Promise<void> | undefined
  #isEnding = false
  /** The conversation is over, and its caller with the carrier. */
  #isCallerLeft = false
  #endedDetail: string | undefined
  #reasonWhileAway: EndedReason | undefined
  readonly #closed = createDeferred<void>()

  constructor(options: PhoneCallOptions) {
    const { payload, client, record, carrierCallId, deadlines, machine } = options
    this.provider = options.provider
    this.#options = options
    this.#line = createCarrierLine({ payload, client, callId: record.callId, carrierCallId })
    this.#followers = createCallFollowers({ status: carrierCallId === undefined ? 'queued' : 'ringing' })
    this.handOver = createHandOver({ outcomeMs: deadlines.transferMs, lateMs: deadlines.transferLateMs })
    this.#media = new CallMedia({
      call: options,
      line: this.#line,
      handOver: this.handOver,
      isEnding: () => this.#isEnding,
      providers: () => this.#providers,
      onStart: () => clearTimeout(this.#deadline),
      onSession: (session) => this.#onSession(session),
      onProgress: (progress) => this.#followers.noteProgress(progress),
      onEnding: (reason, provider) => this.#onEnding(reason, provider),
      onTaken: () => void this.#endAs('transferred'),
      onFailed: (reason, detail) => void this.#endAs(reason, detail),
    })
    this.mailbox = createMailbox({
      detection: machine?.detection ?? 'off',
      message: machine?.message,
      greetingMs: deadlines.machineGreetingMs,
      messageMs: deadlines.machineMessageMs,
      onHangUp: (detail) => void this.#endAs('voicemail', detail),
    })
  }

  get callId(): string {
    return this.#options.record.callId
  }

  get tenantId(): string {
    return String(this.#options.tenant)
  }

  get awaitsMedia(): boolean {
    return !this.#isEnding && !this.#media.isAttached
  }

  /** Whether the carrier connected it. */
  get isAnswered(): boolean {
    return this.#answeredAt !== undefined
  }

  /** The person's keys, by whichever way the carrier tells of them. */
  get keys(): KeyPresses {
    return this.#media.keys
  }

  get isEnding(): boolean {
    return this.#isEnding
  }

  /** The carrier's id; undefined until a dial was taken. */
  get carrierCallId(): string | undefined {
    return this.#line.carrierCallId
  }

  /** Resolves when the record is closed. */
  get closed(): Promise<void> {
    return this.#closed.promise
  }

  /** Tells at once how the call stands, then what changes. @returns stops it */
  follow(listener: LiveCallListener): () => void {
    return this.#followers.follow(listener)
  }

  /** Picks up. The carrier's `answered` event goes on from here. */
  async answer(): Promise<void> {
    if (this.#isEnding) return
    this.#expect(this.#options.deadlines.answerMs, 'The carrier did not say that the call was answered.')
    await this.#attempt(() => this.#line.answer())
  }

  /**
   * Calls somebody. The carrier's `answered` event goes on from here.
   * @throws ProviderError when the carrier did not take it; the record is closed then
   */
  async dial(command: Omit<DialCommand, 'commandId'>): Promise<void> {
    const { answerMs, dialQueueMs } = this.#options.deadlines
    this.#longestRingMs = command.ringSeconds * 1_000 + answerMs
    this.#expect(dialQueueMs + this.#longestRingMs, UNTOLD)
    try {
      await this.#line.dial(command)
    } catch (error) {
      await this.#onCommandFailed(error)
      throw error
    }
  }

  /** The phone rings. */
  onRinging(): void {
    if (this.#longestRingMs !== undefined) this.#expect(this.#longestRingMs, UNTOLD)
    this.#longestRingMs = undefined
    this.#followers.noteState('ringing')
  }

  /** The carrier connected the call: fetch the keys while it dials our media socket. */
  async onAnswered(): Promise<void> {
    if (this.#isEnding || this.#answeredAt !== undefined) return
    this.#answeredAt = Date.now()
    this.#followers.noteState('in-progress')
    this.#expect(this.#options.deadlines.streamMs, 'The carrier did not open its media stream.')
    this.#providers = this.#options.bindProviders()
    // Awaited by the stream's start; a refusal must not count as unhandled until then.
    this.#providers.catch(() => {})
    const { encoding } = this.#options
    const streamUrl = this.#options.issueStreamUrl(this)
    await this.#attempt(() => this.#line.startStream({ streamUrl, encoding }))
  }

  onStreamFailed(reason: string): void {
    void this.#endAs('carrier-failed', `The carrier could not open the media stream: ${reason}`)
  }

  /** The caller is connected with the number that the agent handed the call to. */
  onHandedOver(): void {
    this.handOver.onConnected()
    if (this.handOver.connectedTo !== undefined) void this.end('transferred')
  }

  /** The carrier says that the call is over, and whose doing it was. */
  onCarrierEnded(reason: EndedReason): void {
    this.#line.letGo()
    if (this.handOver.isPending && this.handOver.hasCaller) {
      this.#reasonWhileAway = reason
      this.handOver.onCallEnded()
      return
    }
    void this.end(reason)
  }

  /** Takes the carrier's media socket; its token was good. */
  attachMedia(webSocket: WebSocket): void {
    this.#expect(this.#options.deadlines.startFrameMs, 'The media stream did not begin.')
    this.#media.attach(webSocket)
  }

  /** Ends the call for a reason of ours or the carrier's; resolves when its record is closed. */
  async end(reason: EndedReason, farewell?: string): Promise<void> {
    if (this.handOver.isPending && this.handOver.hasCaller) {
      this.#reasonWhileAway = reason
      this.handOver.onEnded()
      await this.#line.hangUp()
    } else if (this.#media.session) {
      await this.#media.session.end(reason, { farewell })
    } else {
      await this.#close({ endedReason: reason })
    }
    await this.#closed.promise
  }

  #onSession(session: CallSession): void {
    void session.done.then((summary) => this.#close({ endedReason: summary.endedReason, summary }))
    session.start()
    this.mailbox.onSession(session)
  }

  /** The conversation is ending: the caller need not wait for its tidying up. */
  #onEnding(reason: EndedReason, provider: string | undefined): void {
    if (this.#isEnding) return
    this.#isEnding = true
    if (reason === 'key-rejected' && provider)
      this.#media.close(1011, `${this.#options.providerName(provider)} API key rejected`)
    else this.#media.close(1000, reason)
    void this.#leaveCaller()
  }

  /** Hangs up, unless another number has the caller or is about to. */
  async #leaveCaller(): Promise<void> {
    this.#isCallerLeft = this.handOver.hasCaller
    if (this.#isCallerLeft) return
    this.handOver.onEnded()
    await this.#line.hangUp()
  }

  async #endAs(endedReason: EndedReason, endedDetail?: string): Promise<void> {
    if (!this.#isEnding) this.#endedDetail ??= endedDetail
    if (this.#media.session) await this.#media.session.end(endedReason)
    else await this.#close({ endedReason })
  }

  #close(closing: { endedReason: EndedReason; summary?: CallSummary }): Promise<void> {
    this.#closing ??= this.#closeOnce(closing)
    return this.#closing
  }

  async #closeOnce({ endedReason, summary }: { endedReason: EndedReason; summary?: CallSummary }): Promise<void> {
    const options = this.#options
    clearTimeout(this.#deadline)
    this.mailbox.close()
    if (!this.#isEnding) {
      this.#isEnding = true
      this.#media.close(1000, endedReason)
      await this.#leaveCaller()
    }
    const outcome = await this.handOver.settled()
    // The carrier gives back a caller whom nobody took, and there is no conversation any more to go on with.
    if (this.#isCallerLeft && outcome?.kind === 'failed') await this.#line.hangUp()
    const closing: CallClosing = {
      endedReason: this.#reasonAfter(endedReason, outcome),
      summary: summary && withTransfer(summary, this.handOver.connectedTo),
      answeredAt: this.#answeredAt,
      carrierCallId: this.#line.carrierCallId,
      transferredTo: this.handOver.connectedTo,
      receipt: toReceipt(this.#media.receipt, summary),
    }
    try {
      await options.progress.forget(this.callId)
      const recording = await this.#media.recording?.save()
      const endedDetail = (summary && this.mailbox.outcomeOf(summary)) ?? this.#endedDetail
      await options.onClosed({ ...closing, endedDetail, recording })
    } catch (error) {
      options.payload.logger.error({ err: error, callId: this.callId, msg: 'The record of a call could not be closed' })
    } finally {
      // A conversation has logged its end itself.
      if (!summary) options.log('call.ended', { reason: closing.endedReason })
      if (summary) this.#followers.noteProgress(summary)
      this.#followers.noteState(callStatusOf(closing), closing.endedReason)
      this.#followers.end()
      this.#closed.resolve()
    }
  }

  /** What the carrier made of a call that it took from us to hand it over. */
  #reasonAfter(endedReason: EndedReason, outcome: HandOverOutcome | undefined): EndedReason {
    if (endedReason !== 'transferred' || outcome?.kind === 'connected') return endedReason
    if (outcome?.kind !== 'failed') return this.#reasonWhileAway ?? 'caller-hangup'
    this.#endedDetail ??= `The call could not be handed to ${outcome.to}: ${outcome.reason}.`
    return 'carrier-failed'
  }

  /** Runs a carrier command; a failed one ends the call. */
  async #attempt(run: () => Promise<void>): Promise<void> {
    try {
      await run()
    } catch (error) {
      await this.#onCommandFailed(error)
    }
  }

  async #onCommandFailed(error: unknown): Promise<void> {
    const { reason, detail } = endOfRefused(error)
    if (reason === 'caller-hangup') this.onCarrierEnded(reason)
    else await this.#endAs(reason, detail)
  }

  #expect(deadlineMs: number, detail: string): void {
    clearTimeout(this.#deadline)
    this.#deadline = setTimeout(() => void this.#endAs('carrier-failed', detail), deadlineMs)
  }
}
