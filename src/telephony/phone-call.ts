import type { Payload } from 'payload'
import type { WebSocket } from 'ws'
import type { DocumentId } from '../access/membership.ts'
import { createCallSession } from '../calls/index.ts'
import type { AgentSnapshot, CallSession, CallSummary, EndedReason } from '../calls/index.ts'
import { isProviderError } from '../provider-kit/index.ts'
import type {
  AudioEncoding,
  MediaEvent,
  ProviderErrorKind,
  TelephonyCapability,
  TelephonyClient,
} from '../provider-kit/index.ts'
import { saveCallProgress } from '../store/call-records.ts'
import type { CallClosing, CallRecord } from '../store/call-records.ts'
import type { BoundProviders, ReceiptEntry } from './bind-providers.ts'
import type { CallLog } from './call-log.ts'
import type { TelephonyDeadlines } from './deadlines.ts'
import { createCarrierSocket } from './carrier-socket.ts'
import type { CarrierSocket } from './carrier-socket.ts'
import { isKeyProblem } from './key-problem.ts'
import type { ProgressWriter } from './progress-writer.ts'
import type { CallRecording } from '../store/call-recordings.ts'

export type PhoneCallOptions = {
  payload: Payload
  tenant: DocumentId
  /** Provider id of the carrier. */
  provider: string
  providerName: (id: string) => string
  carrierCallId: string
  record: CallRecord
  agent: AgentSnapshot
  encoding: AudioEncoding
  telephony: TelephonyCapability
  client: TelephonyClient
  carrierReceipt: ReceiptEntry
  log: CallLog
  progress: ProgressWriter
  bindProviders(): Promise<BoundProviders>
  openRecording?(encoding: AudioEncoding): CallRecording
  issueStreamUrl(call: PhoneCall): string
  deadlines: TelephonyDeadlines
  /** Writes the end of the call down; called exactly once. */
  onClosed(closing: CallClosing): Promise<void>
}

/** One carrier call from `answer` to its closed record: carrier commands, media socket and conversation of one agent. */
export class PhoneCall {
  readonly provider: string
  readonly #options: PhoneCallOptions
  #answeredAt: number | undefined
  #deadline: NodeJS.Timeout | undefined
  #providers: Promise<BoundProviders> | undefined
  #socket: CarrierSocket | undefined
  #session: CallSession | undefined
  #recording: CallRecording | undefined
  #receipt: ReceiptEntry[]
  #closing: Promise<void> | undefined
  #isEnding = false
  #isOver = false
  #endedDetail: string | undefined
  readonly #closed: Promise<void>
  #resolveClosed: () => void = () => {}

  constructor(options: PhoneCallOptions) {
    this.provider = options.provider
    this.#options = options
    this.#receipt = [options.carrierReceipt]
    this.#closed = new Promise((resolve) => {
      this.#resolveClosed = resolve
    })
  }

  get callId(): string {
    return this.#options.record.callId
  }

  get tenantId(): string {
    return String(this.#options.tenant)
  }

  get awaitsMedia(): boolean {
    return !this.#isEnding && !this.#socket
  }

  /** Whether the carrier connected it. */
  get isAnswered(): boolean {
    return this.#answeredAt !== undefined
  }

  /** Resolves when the record is closed. */
  get closed(): Promise<void> {
    return this.#closed
  }

  /** Picks up. The carrier's `answered` event goes on from here. */
  async answer(): Promise<void> {
    this.#expect(this.#options.deadlines.answerMs, 'The carrier did not say that the call was answered.')
    await this.#command('answer', (commandId) =>
      this.#options.client.answer({ carrierCallId: this.#options.carrierCallId, commandId }),
    )
  }

  /** The carrier connected the call: fetch the keys while it dials our media socket. */
  async onAnswered(): Promise<void> {
    if (this.#isEnding || this.#answeredAt !== undefined) return
    this.#answeredAt = Date.now()
    this.#expect(this.#options.deadlines.streamMs, 'The carrier did not open its media stream.')
    this.#providers = this.#options.bindProviders()
    // Awaited by the stream's start; a refusal must not count as unhandled until then.
    this.#providers.catch(() => {})
    const { carrierCallId, encoding, client } = this.#options
    const streamUrl = this.#options.issueStreamUrl(this)
    await this.#command('stream', (commandId) => client.startStream({ carrierCallId, commandId, streamUrl, encoding }))
  }

  onStreamFailed(reason: string): void {
    void this.#fail('carrier-failed', `The carrier could not open the media stream: ${reason}`)
  }

  /** The carrier says that the call is over, and whose doing it was. */
  onCarrierEnded(reason: EndedReason): void {
    this.#isOver = true
    void this.end(reason)
  }

  /** Takes the carrier's media socket; its token was good. */
  attachMedia(webSocket: WebSocket): void {
    this.#expect(this.#options.deadlines.startFrameMs, 'The media stream did not begin.')
    this.#options.log('media.connected')
    this.#socket = createCarrierSocket({
      socket: webSocket,
      codec: this.#options.telephony.createMediaCodec(),
      onMedia: (event) => this.#onMedia(event),
      onMalformed: () => void this.#fail('carrier-failed', 'The media stream carried frames that are none.'),
      onClosed: () => void this.#fail('carrier-failed', 'The carrier dropped the media stream.'),
    })
  }

  /** Ends the call for a reason of ours or the carrier's; resolves when its record is closed. */
  async end(reason: EndedReason, farewell?: string): Promise<void> {
    if (this.#session) {
      await this.#session.end(reason, { farewell })
    } else {
      await this.#close({ endedReason: reason })
    }
    await this.#closed
  }

  #onMedia(event: MediaEvent): void {
    if (this.#session) this.#session.onMedia(event)
    else if (event.type === 'start') void this.#startSession(event)
    else if (event.type === 'stop') void this.end('caller-hangup')
  }

  async #startSession({ format, carrierCallId }: MediaEvent & { type: 'start' }): Promise<void> {
    const options = this.#options
    clearTimeout(this.#deadline)
    if (carrierCallId !== options.carrierCallId) {
      await this.#fail('carrier-failed', 'The media stream belongs to another call.')
      return
    }
    options.log('media.started', { encoding: format.encoding })
    try {
      const providers = await this.#providers
      if (!providers || this.#isEnding || this.#session || !this.#socket) return
      this.#receipt = [...providers.receipt, options.carrierReceipt]
      this.#recording = options.agent.recording ? options.openRecording?.(format.encoding) : undefined
      this.#session = createCallSession({
        callId: this.callId,
        tenantId: this.tenantId,
        agent: options.agent,
        format,
        ...providers,
        media: this.#socket.media,
        log: options.log,
        recorder: this.#recording?.recorder,
        deadlines: options.deadlines.conversation,
        onProgress: (progress) =>
          options.progress.note(this.callId, progress, (newest) =>
            saveCallProgress({ payload: options.payload, record: options.record, progress: newest }),
          ),
      })
      this.#session.onEnding = ({ reason, error }) => {
        if (error) providers.uses.find(({ provider }) => provider === error.provider)?.endedBy(error.kind)
        this.#onEnding(reason, error?.provider)
      }
      void this.#session.done.then((summary) => this.#close({ endedReason: summary.endedReason, summary }))
      this.#session.start()
    } catch (error) {
      if (!isKeyProblem(error)) {
        options.payload.logger.error({ err: error, callId: this.callId, msg: 'The conversation could not begin' })
        await this.#fail('internal-error', 'The conversation could not begin; the server log says more.')
        return
      }
      this.#socket?.close(1011, error.message)
      await this.#fail(error.endedReason, `${error.message}.`)
    }
  }

  /** The conversation is ending: the caller need not wait for its tidying up. */
  #onEnding(reason: EndedReason, provider: string | undefined): void {
    if (this.#isEnding) return
    this.#isEnding = true
    if (reason === 'key-rejected' && provider)
      this.#socket?.close(1011, `${this.#options.providerName(provider)} API key rejected`)
    else this.#socket?.close(1000, reason)
    void this.#hangUp()
  }

  async #fail(endedReason: EndedReason, endedDetail: string): Promise<void> {
    if (!this.#isEnding) this.#endedDetail ??= endedDetail
    if (this.#session) await this.#session.end(endedReason)
    else await this.#close({ endedReason })
  }

  #close(closing: { endedReason: EndedReason; summary?: CallSummary }): Promise<void> {
    this.#closing ??= this.#closeOnce(closing)
    return this.#closing
  }

  async #closeOnce(closing: { endedReason: EndedReason; summary?: CallSummary }): Promise<void> {
    const options = this.#options
    clearTimeout(this.#deadline)
    if (!this.#isEnding) {
      this.#isEnding = true
      this.#socket?.close(1000, closing.endedReason)
      await this.#hangUp()
    }
    try {
      await options.progress.forget(this.callId)
      const recording = await this.#recording?.save()
      await options.onClosed({
        ...closing,
        endedDetail: this.#endedDetail,
        answeredAt: this.#answeredAt,
        recording,
        receipt: this.#receipt.map((entry) => ({ ...entry, requestIds: requestIdsOf(entry, closing.summary) })),
      })
    } catch (error) {
      options.payload.logger.error({ err: error, callId: this.callId, msg: 'The record of a call could not be closed' })
    } finally {
      // A conversation has logged its end itself.
      if (!closing.summary) options.log('call.ended', { reason: closing.endedReason })
      this.#resolveClosed()
    }
  }

  async #hangUp(): Promise<void> {
    if (this.#isOver) return
    const { client, carrierCallId } = this.#options
    await this.#command('hangup', (commandId) => client.hangUp({ carrierCallId, commandId }))
  }

  /** Runs a carrier command under an id that is the same whenever it is tried again; a failed one ends the call. */
  async #command(name: 'answer' | 'stream' | 'hangup', run: (commandId: string) => Promise<void>): Promise<void> {
    try {
      await run(`${this.callId}-${name}`)
    } catch (error) {
      if (name === 'hangup') {
        this.#options.payload.logger.warn({
          err: error,
          callId: this.callId,
          msg: 'The carrier did not take the hang-up',
        })
        return
      }
      const kind = isProviderError(error) ? error.kind : undefined
      // The caller was faster; the event that says so is on its way.
      if (kind === 'closed') return this.onCarrierEnded('caller-hangup')
      const problem = isProviderError(error) ? error.message : 'A command to the carrier failed.'
      await this.#fail(kind === undefined ? 'internal-error' : toCarrierReason(kind), problem)
    }
  }

  #expect(deadlineMs: number, detail: string): void {
    clearTimeout(this.#deadline)
    this.#deadline = setTimeout(() => void this.#fail('carrier-failed', detail), deadlineMs)
  }
}

const toCarrierReason = (kind: ProviderErrorKind): EndedReason => {
  if (kind === 'rejected') return 'key-rejected'
  return kind === 'out-of-credit' ? 'out-of-credit' : 'carrier-failed'
}

const requestIdsOf = ({ capability }: ReceiptEntry, summary: CallSummary | undefined): string[] =>
  (summary?.requestIds ?? []).filter((request) => request.capability === capability).map(({ requestId }) => requestId)
