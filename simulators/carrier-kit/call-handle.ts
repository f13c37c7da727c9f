import { loadUtterance } from '../speech/library.ts'
import type { AudioEncoding } from '../../src/provider-kit/index.ts'
import type { AgentEar, Moment } from './agent-ear.ts'
import type { CallEvent, CallLog } from './call-log.ts'
import type { CallEnd, HangupCause, HangupSource } from './call-end.ts'
import type { CarrierStream } from './carrier-stream.ts'
import type { Deferred } from './deferred.ts'
import type { Spoken } from './mouth.ts'
import type { Playback } from './playback.ts'
import type { CalleeScript } from './callee.ts'
import type { Transfer } from './transfer.ts'
import type { Recording } from './recording.ts'

/** The person at the other end of one call, and what the carrier saw of it. */
export type CallHandle = {
  /** The carrier's id of the call, whatever it calls it. */
  readonly callControlId: string
  readonly direction: 'incoming' | 'outgoing'
  readonly from: string
  readonly to: string
  /** Reject when the call ends before. */
  readonly answered: Promise<void>
  readonly streaming: Promise<void>
  readonly rejected: Promise<{ cause: HangupCause }>
  /** The media socket was not taken; `status` is the HTTP status that came instead of the upgrade. */
  readonly streamFailed: Promise<{ status: number | undefined }>
  readonly ended: Promise<CallEnd>
  readonly isEnded: boolean
  /** Everything that happened, with times; `waitFor` waits for one of them. */
  readonly events: readonly CallEvent[]
  waitFor: CallLog['waitFor']
  /** Now on the stream's timeline, in ms. */
  readonly positionMs: number
  /**
   * Speaks in real time, behind what is still being said.
   * @param speech id of a recorded utterance, or G.711 in the stream's encoding
   */
  say(speech: string | Uint8Array): Promise<Spoken>
  /** Stops talking at once; the `say` under way rejects. */
  hush(): void
  /** Presses a key: a `dtmf` frame and a webhook. */
  pressKey(digit: string): void
  /** Sends any text on the media socket. */
  sendRaw(text: string): void
  /** Breaks the media socket off without a close frame; the call goes on. */
  dropStream(): void
  /** For a call that was dialled: the person, or the machine, takes it, or does not. */
  pickUp(script?: CalleeScript): void
  decline(cause: 'user_busy' | 'no_answer' | 'not_found' | 'call_rejected'): void
  hangUp(): void
  /** The first number that the call is handed to; `transfers` are all of them. Rejects when the call ends before. */
  readonly transferred: Promise<Transfer>
  readonly transfers: readonly Transfer[]
  agentSpeaks: AgentEar['speaks']
  agentSilent: AgentEar['silent']
  /** What the agent sent: queue, marks, lateness. */
  readonly playback: Playback
  readonly recording: Recording
}

export type { Moment, Spoken }

/** A call as its carrier keeps it. */
export type HeldCall = Pick<CallHandle, 'direction' | 'from' | 'to' | 'pressKey' | 'transfers'> & {
  readonly state: 'ringing' | 'answered' | 'ended'
  readonly stream: CarrierStream | undefined
  readonly ear: AgentEar | undefined
  readonly log: CallLog
  readonly answered: Deferred<void>
  readonly streaming: Deferred<void>
  readonly rejected: Deferred<{ cause: HangupCause }>
  readonly streamFailed: Deferred<{ status: number | undefined }>
  readonly ended: Deferred<CallEnd>
  readonly transferred: Deferred<Transfer>
  answer(script?: CalleeScript): void
  end(cause: HangupCause, source: HangupSource): void
}

/**
 * Makes the handle that tests and the bench hold.
 * What needs the media stream throws when there is none yet.
 * @param callControlId the carrier's id of the call
 */
export function createCallHandle(call: HeldCall, callControlId: string): CallHandle {
  const stream = (): CarrierStream => {
    if (!call.stream) throw new Error('The call has no media stream yet.')
    return call.stream
  }
  const ear = (): AgentEar => {
    if (!call.ear) throw new Error('The call has no media stream yet.')
    return call.ear
  }
  const encoding = (): AudioEncoding => stream().recorder.recording.encoding

  return {
    callControlId,
    direction: call.direction,
    from: call.from,
    to: call.to,
    answered: call.answered.promise,
    streaming: call.streaming.promise,
    rejected: call.rejected.promise,
    streamFailed: call.streamFailed.promise,
    ended: call.ended.promise,
    transferred: call.transferred.promise,
    transfers: call.transfers,
    get isEnded() {
      return call.state === 'ended'
    },
    events: call.log.events,
    waitFor: call.log.waitFor,
    get positionMs() {
      return stream().recorder.positionMs
    },
    say: async (speech) => {
      const audio = typeof speech === 'string' ? loadUtterance(speech, encoding()) : speech
      if (!stream().isOpen) throw new Error('The media stream has ended.')
      return stream().mouth.say(audio)
    },
    hush: () => stream().mouth.silence('The caller was hushed.'),
    pressKey: (digit) => call.pressKey(digit),
    sendRaw: (text) => stream().sendRaw(text),
    dropStream: () => stream().destroy(),
    pickUp: (script) => call.answer(script),
    decline: (cause) => call.end(cause, 'callee'),
    hangUp: () => {
      if (call.direction === 'outgoing') call.end('normal_clearing', 'callee')
      else call.end(call.state === 'ringing' ? 'originator_cancel' : 'normal_clearing', 'caller')
    },
    agentSpeaks: (options) => ear().speaks(options),
    agentSilent: (options) => ear().silent(options),
    get playback() {
      return stream().playback
    },
    get recording() {
      return stream().recorder.recording
    },
  }
}
