import { randomBytes } from 'node:crypto'
import { createAgentEar } from '../carrier-kit/agent-ear.ts'
import { createCallLog } from '../carrier-kit/call-log.ts'
import { createDeferred, withTimeout } from '../carrier-kit/deferred.ts'
import { openMediaStream } from './media-stream.ts'
import { createOutgoingCall, followScript, INLINE_BASE } from './outgoing-call.ts'
import { describeCall, describeProgress, END_STATUSES, SIP_CODES } from './parameters.ts'
import { createScriptRunner } from './run-twiml.ts'
import type { AgentEar } from '../carrier-kit/agent-ear.ts'
import type { CallEnd, HangupCause, HangupSource } from '../carrier-kit/call-end.ts'
import type { CallLog } from '../carrier-kit/call-log.ts'
import type { Deferred } from '../carrier-kit/deferred.ts'
import type { Impairments } from '../carrier-kit/carrier-stream.ts'
import type { Ticker } from '../carrier-kit/ticker.ts'
import type { TwilioAccount } from './account.ts'
import type { CalleeScript } from '../carrier-kit/callee.ts'
import type { MediaStream } from './media-stream.ts'
import type { OutgoingCall } from './outgoing-call.ts'
import type { CallFacts, CallStatus, Parameters } from './parameters.ts'
import type { Problem } from './problems.ts'
import type { DialRequest } from './rest-forms.ts'
import type { ScriptRunner } from './run-twiml.ts'
import type { Transfer } from '../carrier-kit/transfer.ts'
import type { StreamVerb } from './twiml.ts'
import type { WebhookDelivery, WebhookSender } from './webhook-sender.ts'

export type CarrierCallOptions = {
  account: TwilioAccount
  direction: 'incoming' | 'outgoing'
  from: string
  to: string
  /** Of an outgoing call. */
  dial?: DialRequest
  impairments: Impairments
  /** How long it may ring, in ms. */
  ringTimeoutMs: number
  webhooks: WebhookSender
  ticker: Ticker
  onProblem(problem: Problem): void
  onEnded(): void
}

type ProgressEvent = 'initiated' | 'ringing' | 'answered' | 'completed'

/** How long the media socket may take to close at the end of a call, in ms. */
const CLOSE_WAIT_MS = 1500

/** One call as Twilio keeps it. */
export class CarrierCall {
  readonly account: TwilioAccount
  readonly direction: 'incoming' | 'outgoing'
  readonly from: string
  readonly to: string
  readonly callSid = `CA${randomBytes(16).toString('hex')}`
  readonly startTime = new Date()
  state: 'ringing' | 'answered' | 'ended' = 'ringing'
  status: CallStatus
  answeredBy: string | undefined
  stream: MediaStream | undefined
  ear: AgentEar | undefined
  readonly problems: Problem[] = []
  readonly transfers: Transfer[] = []
  readonly log: CallLog
  readonly answered: Deferred<void> = createDeferred()
  readonly streaming: Deferred<void> = createDeferred()
  readonly streamFailed: Deferred<{ status: number | undefined }> = createDeferred()
  readonly rejected: Deferred<{ cause: HangupCause }> = createDeferred()
  readonly transferred: Deferred<Transfer> = createDeferred()
  readonly ended: Deferred<CallEnd> = createDeferred()
  readonly #options: CarrierCallOptions
  readonly #runner: ScriptRunner
  readonly #outgoing: OutgoingCall | undefined
  readonly #timers = new Set<NodeJS.Timeout>()
  #streamClosed: Deferred<Pick<CallEnd, 'closeCode' | 'closeReason'>> = createDeferred()
  #ringTimer: NodeJS.Timeout | undefined
  #answeredAt: number | undefined
  #sequence = 0
  #progressSent: Promise<unknown> = Promise.resolve()
  #isSilenced = false

  constructor(options: CarrierCallOptions) {
    this.#options = options
    this.account = options.account
    this.direction = options.direction
    this.from = options.from
    this.to = options.to
    this.status = options.direction === 'incoming' ? 'ringing' : 'queued'
    this.log = createCallLog(() => this.stream?.recorder.positionMs)
    this.#runner = createScriptRunner(this)
    if (options.dial) this.#outgoing = createOutgoingCall({ call: this, dial: options.dial, runner: this.#runner })
  }

  get facts(): CallFacts {
    const direction = this.direction === 'incoming' ? 'inbound' : 'outbound-api'
    return { accountSid: this.account.accountSid, callSid: this.callSid, from: this.from, to: this.to, direction }
  }

  /** Who hangs up when the application does. */
  get ourSide(): HangupSource {
    return this.direction === 'incoming' ? 'callee' : 'caller'
  }

  start(): void {
    this.#ringTimer = setTimeout(() => this.end('timeout', 'unknown'), this.#options.ringTimeoutMs)
    this.log.note('initiated')
    if (this.direction === 'incoming') {
      const { webhookUrl } = this.account
      if (webhookUrl !== undefined) void this.#runner.fetchAndRun(`${webhookUrl}/voice`, 'voice')
      return
    }
    this.#progress('initiated', 'initiated')
    this.status = 'ringing'
    this.#progress('ringing', 'ringing')
    followScript(this)
  }

  /** The call is taken: an incoming one by the application's TwiML, an outgoing one by the person, as the script says. */
  answer(script: CalleeScript = {}): void {
    if (this.state !== 'ringing') return
    this.state = 'answered'
    this.status = 'in-progress'
    this.#answeredAt = performance.now()
    clearTimeout(this.#ringTimer)
    this.log.note('answered')
    this.answered.resolve()
    if (this.direction === 'incoming') return
    this.#progress('answered', 'in-progress')
    this.#outgoing?.begin(script)
  }

  reject(cause: 'call_rejected' | 'user_busy'): void {
    this.log.note('rejected', cause)
    this.rejected.resolve({ cause })
    this.end(cause, 'callee')
  }

  /** Replaces what the call does by other TwiML, as a REST update does. */
  redirect(to: { twiml: string } | { url: string }): void {
    this.#runner.interrupt()
    this.stream?.stop()
    for (const transfer of this.transfers) transfer.hangUp()
    if ('twiml' in to) void this.#runner.run(to.twiml, INLINE_BASE)
    else void this.#runner.fetchAndRun(to.url, 'voice')
  }

  /** Opens a stream; resolves when it is over, whether it came about or not. */
  openStream(verb: StreamVerb): Promise<void> {
    const { ticker, impairments } = this.#options
    const closed: Deferred<Pick<CallEnd, 'closeCode' | 'closeReason'>> = createDeferred()
    this.#streamClosed = closed
    const stream = openMediaStream({
      account: this.account,
      callSid: this.callSid,
      url: verb.url,
      parameters: verb.parameters,
      ticker,
      impairments,
      onOpen: () => {
        this.log.note('stream-open')
        this.streaming.resolve()
        this.#tellStream(verb, stream, { StreamEvent: 'stream-started' })
        this.#outgoing?.speakOpening(stream)
      },
      onFailed: (status) => {
        this.stream = undefined
        this.log.note('stream-failed')
        this.report(31920, `Stream: WebSocket handshake error, HTTP status ${status ?? 'none'}`)
        this.#tellStream(verb, stream, { StreamEvent: 'stream-error', StreamErrorCode: '31920' })
        this.streamFailed.resolve({ status })
        closed.resolve({})
      },
      onAgentFrame: (event) => {
        if (event === 'clear') this.log.note('agent-clear')
      },
      onAgentMark: (name) => this.log.note('agent-mark', name),
      onRefusedFrame: (code, detail) => {
        this.log.note('frame-refused', `${code} ${detail}`)
        this.report(code, `Stream: ${detail}`)
      },
      onTick: () => this.ear?.listen(),
      onClose: (closeCode, closeReason) => {
        this.log.note('stream-closed', `${closeCode} ${closeReason}`)
        this.#tellStream(verb, stream, { StreamEvent: 'stream-stopped' })
        this.ear?.end('The media stream has ended.')
        closed.resolve({ closeCode, closeReason })
      },
    })
    this.stream = stream
    this.ear = createAgentEar(stream.recorder)
    return closed.promise.then(() => undefined)
  }

  pressKey(digit: string): void {
    this.stream?.pressKey(digit)
    this.log.note('key-pressed', digit)
  }

  /** Ends the call once; the media socket is closed with `stop`, its close code waited for. */
  end(cause: HangupCause, source: HangupSource): void {
    if (this.state === 'ended') return
    const isUnanswered = this.state === 'ringing'
    this.state = 'ended'
    // A rejected incoming call is told as no-answer. https://www.twilio.com/docs/voice/twiml/reject
    const isRejected = cause === 'call_rejected' && this.direction === 'incoming'
    this.status = isRejected ? 'no-answer' : END_STATUSES[cause]
    clearTimeout(this.#ringTimer)
    for (const timer of this.#timers) clearTimeout(timer)
    this.stream?.stop()
    for (const transfer of this.transfers) transfer.hangUp()
    this.log.note('ended', cause)
    const duration = this.#answeredAt === undefined ? 0 : Math.ceil((performance.now() - this.#answeredAt) / 1000)
    this.#progress('completed', this.status, {
      CallDuration: String(duration),
      Duration: String(Math.ceil(duration / 60)),
      ...(isUnanswered && this.direction === 'outgoing' ? { SipResponseCode: SIP_CODES[cause] } : {}),
    })
    const early = new Error(`The call ended before: ${cause}, by ${source}.`)
    for (const waiting of [this.answered, this.streaming, this.streamFailed, this.rejected, this.transferred])
      waiting.reject(early)
    this.#options.onEnded()
    this.#resolveEnd(cause, source)
  }

  /** Drops the call without a word to anybody: the carrier is gone. */
  vanish(): void {
    this.#isSilenced = true
    this.stream?.destroy()
    this.end('unspecified', 'unknown')
  }

  /** Notes what Twilio would log as an error or a warning. */
  report(code: number, message: string): void {
    const problem = { callSid: this.callSid, code, message }
    this.problems.push(problem)
    this.#options.onProblem(problem)
  }

  /** Does something later, unless the call ends before. */
  after(ms: number, action: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      action()
    }, ms)
    this.#timers.add(timer)
  }

  async ask(url: string, eventType: string, parameters: Parameters): Promise<WebhookDelivery | undefined> {
    if (this.#isSilenced) return undefined
    return this.#options.webhooks.send({ account: this.account, url, eventType, callSid: this.callSid, parameters })
  }

  /** Tells something in its order; only `account.webhookFaults.delayMs` lets one overtake another. */
  tell(url: string, eventType: string, parameters: Parameters): void {
    if (this.#isSilenced) return
    const send = () =>
      this.#options.webhooks.send({ account: this.account, url, eventType, callSid: this.callSid, parameters })
    if (this.account.webhookFaults.delayMs !== undefined) void send()
    else this.#progressSent = this.#options.webhooks.track(this.#progressSent.then(send))
  }

  #progress(event: ProgressEvent, status: CallStatus, extra: Parameters = {}): void {
    const { dial } = this.#options
    const { webhookUrl } = this.account
    const isIncoming = this.direction === 'incoming'
    // A number's own status callback is told the end only.
    const isWanted = isIncoming ? event === 'completed' : dial?.statusEvents.includes(event)
    const url = isIncoming ? webhookUrl && `${webhookUrl}/status` : dial?.statusCallback
    if (!isWanted || !url) return
    this.tell(url, event, { ...describeCall(this.facts, status), ...describeProgress(this.#sequence++), ...extra })
  }

  #tellStream(verb: StreamVerb, { streamSid }: MediaStream, event: Parameters): void {
    if (verb.statusCallback === undefined) return
    this.tell(verb.statusCallback, 'stream', {
      AccountSid: this.account.accountSid,
      CallSid: this.callSid,
      StreamSid: streamSid,
      ...(verb.name === undefined ? {} : { StreamName: verb.name }),
      Timestamp: new Date().toISOString(),
      ...event,
    })
  }

  #resolveEnd(cause: HangupCause, source: HangupSource): void {
    const closed = this.stream ? this.#streamClosed.promise : Promise.resolve({})
    withTimeout(closed, CLOSE_WAIT_MS, 'the media socket to close').then(
      (close) => this.ended.resolve({ cause, source, ...close }),
      () => this.ended.resolve({ cause, source }),
    )
  }
}
