import { createDeferred } from '../carrier-kit/deferred.ts'
import { answeredBy, isPatient, openingOf } from '../carrier-kit/callee.ts'
import { causeOf } from '../carrier-kit/transfer.ts'
import { BYTES_PER_MS } from '../../src/provider-kit/index.ts'
import type { CalleeScript } from '../carrier-kit/callee.ts'
import type { CarrierCall } from './carrier-call.ts'
import type { MediaStream } from './media-stream.ts'
import type { Parameters } from './parameters.ts'
import type { DialRequest } from './rest-forms.ts'
import type { ScriptRunner } from './run-twiml.ts'

/** What Twilio does with a call that it dialled, from the moment that it is answered. */
export type OutgoingCall = {
  begin(script: CalleeScript): void
  /** Lets a machine say its greeting, once there is a stream to hear it on. */
  speakOpening(stream: MediaStream): void
}

/** Where a relative URL in TwiML that came with a request would lead. */
export const INLINE_BASE = 'http://inline.invalid/'

/** Lets the person who is called do what the account's script says; without one nothing happens. */
export function followScript(call: CarrierCall): void {
  const script = call.account.callees[call.to]
  if (!script || isPatient(script)) return
  const { does = 'answers', afterMs = 0 } = script
  call.after(afterMs, () => {
    if (call.state !== 'ringing') return
    if (does === 'answers') call.answer(script)
    else call.end(causeOf(does), 'callee')
  })
}

/**
 * Asks for TwiML, and tells who answered: before, with the request for it, or beside it by a callback of its own.
 * Source: https://www.twilio.com/docs/voice/answering-machine-detection
 */
export function createOutgoingCall({
  call,
  dial,
  runner,
}: {
  call: CarrierCall
  dial: DialRequest
  runner: ScriptRunner
}): OutgoingCall {
  const { detection } = dial
  const opening = createDeferred<void>()
  const wait = (ms: number) => new Promise<void>((resolve) => call.after(ms, resolve))

  const detect = async (script: CalleeScript, mode: 'Enable' | 'DetectMessageEnd', callback: string | undefined) => {
    const startedAt = performance.now()
    if (script.is === 'machine' && mode === 'DetectMessageEnd') await opening.promise
    await wait(script.detectionMs ?? 0)
    if (call.state === 'ended') return
    call.answeredBy = answeredBy(script, mode)
    if (callback === undefined) return call.report(21262, 'No AMD status callback URL provided')
    call.tell(callback, 'amd', {
      AccountSid: call.account.accountSid,
      AnsweredBy: call.answeredBy,
      CallSid: call.callSid,
      MachineDetectionDuration: String(Math.round(performance.now() - startedAt)),
    })
  }

  const runAnswered = (extra: Parameters = {}) =>
    dial.twiml === undefined ? runner.fetchAndRun(dial.url ?? '', 'voice', extra) : runner.run(dial.twiml, INLINE_BASE)

  const detectFirst = async (script: CalleeScript, mode: 'Enable' | 'DetectMessageEnd') => {
    await wait(openingOf(script).length / BYTES_PER_MS + (script.detectionMs ?? 0))
    call.answeredBy = answeredBy(script, mode)
    await runAnswered({ AnsweredBy: call.answeredBy })
  }

  let words: Buffer = Buffer.alloc(0)
  return {
    begin: (script) => {
      words = openingOf(script)
      if (detection && !detection.isAsync) {
        words = Buffer.alloc(0)
        void detectFirst(script, detection.mode)
        return
      }
      void runAnswered()
      if (detection) void detect(script, detection.mode, detection.callback)
    },
    speakOpening: (stream) => {
      const said = words
      words = Buffer.alloc(0)
      const speaking = said.length > 0 ? stream.mouth.say(said) : Promise.resolve()
      speaking.then(
        () => opening.resolve(),
        () => opening.resolve(),
      )
    },
  }
}
