import { loadUtterance } from '../speech/library.ts'
import type { AgentEar } from '../telnyx/agent-ear.ts'
import type { CallHandle as TelnyxCallHandle } from '../telnyx/index.ts'
import type { CalleeScript } from './callee.ts'
import type { CarrierCall } from './carrier-call.ts'
import type { MediaStream } from './media-stream.ts'
import type { Problem } from './problems.ts'
import type { Transfer } from './transfer.ts'

/** What it has in common with a call of the other carrier, ends and causes by the same words. */
type SharedMember =
  | 'direction'
  | 'from'
  | 'to'
  | 'answered'
  | 'streaming'
  | 'rejected'
  | 'streamFailed'
  | 'ended'
  | 'isEnded'
  | 'events'
  | 'waitFor'
  | 'positionMs'
  | 'say'
  | 'hush'
  | 'pressKey'
  | 'sendRaw'
  | 'dropStream'
  | 'decline'
  | 'hangUp'
  | 'agentSpeaks'
  | 'agentSilent'
  | 'playback'
  | 'recording'

/** The person at the other end of one call, and what the carrier saw of it. */
export type CallHandle = Pick<TelnyxCallHandle, SharedMember> & {
  /** The call's SID, under the name that the other carrier has for it. */
  readonly callControlId: string
  /** Twilio's word for where the call stands. */
  readonly status: string
  /** What Twilio would log of this call: documents and frames that it did not take. */
  readonly problems: readonly Problem[]
  /** For a call that was dialled: the person, or the machine, takes it. */
  pickUp(script?: CalleeScript): void
  /** The first `<Dial>` of this call; `transfers` are all of them. Rejects when the call ends before. */
  readonly transferred: Promise<Transfer>
  readonly transfers: readonly Transfer[]
}

/**
 * Makes the handle that tests and the bench hold.
 * What needs the media stream throws when there is none yet.
 */
export function createCallHandle(call: CarrierCall): CallHandle {
  const stream = (): MediaStream => {
    if (!call.stream) throw new Error('The call has no media stream yet.')
    return call.stream
  }
  const ear = (): AgentEar => {
    if (!call.ear) throw new Error('The call has no media stream yet.')
    return call.ear
  }

  return {
    callControlId: call.callSid,
    direction: call.direction,
    from: call.from,
    to: call.to,
    answered: call.answered.promise,
    streaming: call.streaming.promise,
    rejected: call.rejected.promise,
    streamFailed: call.streamFailed.promise,
    transferred: call.transferred.promise,
    ended: call.ended.promise,
    get isEnded() {
      return call.state === 'ended'
    },
    get status() {
      return call.status
    },
    problems: call.problems,
    transfers: call.transfers,
    events: call.log.events,
    waitFor: call.log.waitFor,
    get positionMs() {
      return stream().recorder.positionMs
    },
    say: async (speech) => {
      const audio = typeof speech === 'string' ? loadUtterance(speech, 'mulaw') : speech
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
