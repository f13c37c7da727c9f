import type { WebSocket } from 'ws'
import type { CallProgress, CallSession, EndedReason } from '../calls/index.ts'
import type { MediaEvent } from '../provider-kit/index.ts'
import type { CallRecording } from '../store/call-recordings.ts'
import type { BoundProviders, ReceiptEntry } from './bind-providers.ts'
import type { CarrierLine } from './carrier-line.ts'
import { createCarrierSocket } from './carrier-socket.ts'
import type { CarrierSocket } from './carrier-socket.ts'
import { createConversation } from './create-conversation.ts'
import type { HandOver } from './hand-over.ts'
import { isKeyProblem } from './key-problem.ts'
import { createKeyPresses } from './key-presses.ts'
import type { KeyPresses } from './key-presses.ts'
import type { PhoneCallOptions } from './phone-call-options.ts'

type CallMediaOptions = {
  call: PhoneCallOptions
  line: CarrierLine
  handOver: HandOver
  isEnding(): boolean
  /** The providers, once the call is answered. */
  providers(): Promise<BoundProviders> | undefined
  /** The socket's first word came. */
  onStart(): void
  /** The conversation has begun. */
  onSession(session: CallSession): void
  onProgress(progress: CallProgress): void
  /** The conversation is ending. @param provider whose failure it was, if it was one's */
  onEnding(reason: EndedReason, provider: string | undefined): void
  /** The stream went to another number with its caller. */
  onTaken(): void
  /** There will be no conversation, or no more of it. */
  onFailed(reason: EndedReason, detail?: string): void
}

/** The media side of one phone call: the carrier's socket, and the conversation that is held over it. */
export class CallMedia {
  /** The person's keys, by whichever way the carrier tells of them. */
  readonly keys: KeyPresses
  session: CallSession | undefined
  recording: CallRecording | undefined
  /** Whose key paid for what, as far as it is known. */
  receipt: ReceiptEntry[]
  readonly #options: CallMediaOptions
  #socket: CarrierSocket | undefined
  #earlyKeys: string[] = []

  constructor(options: CallMediaOptions) {
    this.#options = options
    this.receipt = [options.call.carrierReceipt]
    this.keys = createKeyPresses({ onPress: (digit) => this.#onKey(digit) })
  }

  get isAttached(): boolean {
    return this.#socket !== undefined
  }

  /** Takes the carrier's media socket; its token was good. */
  attach(webSocket: WebSocket): void {
    const { call, onFailed } = this.#options
    call.log('media.connected')
    this.#socket = createCarrierSocket({
      socket: webSocket,
      codec: call.telephony.createMediaCodec(),
      onMedia: (event) => this.#onMedia(event),
      onMalformed: () => onFailed('carrier-failed', 'The media stream carried frames that are none.'),
      onClosed: () => this.#onOver(() => onFailed('carrier-failed', 'The carrier dropped the media stream.')),
    })
  }

  /** @param reason at most 123 bytes */
  close(code: number, reason: string): void {
    this.#socket?.close(code, reason)
  }

  #onMedia(event: MediaEvent): void {
    if (event.type === 'dtmf') this.keys.fromMedia(event.digit)
    else if (event.type === 'stop') this.#onOver(() => this.#onStop(event))
    else if (this.session) this.session.onMedia(event)
    else if (event.type === 'start') void this.#begin(event)
  }

  #onStop(event: MediaEvent): void {
    if (this.session) this.session.onMedia(event)
    else this.#options.onFailed('caller-hangup')
  }

  /** A stream that ends while the call is being handed over has not lost its caller: the carrier has it. */
  #onOver(whenLost: () => void): void {
    const { handOver, isEnding, onTaken } = this.#options
    if (!handOver.isPending || isEnding()) {
      whenLost()
      return
    }
    handOver.onStreamTaken()
    onTaken()
  }

  #onKey(digit: string): void {
    if (this.session) this.session.onMedia({ type: 'dtmf', digit })
    else this.#earlyKeys.push(digit)
  }

  async #begin({ format, carrierCallId }: MediaEvent & { type: 'start' }): Promise<void> {
    const { call, line, handOver, isEnding, onEnding, onFailed, onProgress, onSession, onStart } = this.#options
    onStart()
    if (carrierCallId !== line.carrierCallId) {
      onFailed('carrier-failed', 'The media stream belongs to another call.')
      return
    }
    call.log('media.started', { encoding: format.encoding })
    try {
      const providers = await this.#options.providers()
      if (!providers || isEnding() || this.session || !this.#socket) return
      this.receipt = [...providers.receipt, call.carrierReceipt]
      this.recording = call.agent.recording ? call.openRecording?.(format.encoding) : undefined
      const { media } = this.#socket
      const recorder = this.recording?.recorder
      const session = createConversation({
        call,
        format,
        providers,
        media,
        line,
        handOver,
        recorder,
        onProgress,
        onEnding,
      })
      this.session = session
      onSession(session)
      for (const digit of this.#earlyKeys.splice(0)) session.onMedia({ type: 'dtmf', digit })
    } catch (error) {
      this.#onNoConversation(error)
    }
  }

  #onNoConversation(error: unknown): void {
    const { call, onFailed } = this.#options
    if (isKeyProblem(error)) {
      this.close(1011, error.message)
      onFailed(error.endedReason, `${error.message}.`)
      return
    }
    const msg = 'The conversation could not begin'
    call.payload.logger.error({ err: error, callId: call.record.callId, msg })
    onFailed('internal-error', 'The conversation could not begin; the server log says more.')
  }
}
