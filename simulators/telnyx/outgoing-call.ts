import { answeredBy, isPatient, openingOf } from '../carrier-kit/callee.ts'
import { causeOf } from '../carrier-kit/transfer.ts'
import type { CalleeScript } from '../carrier-kit/callee.ts'
import type { CarrierCall } from './carrier-call.ts'
import type { MediaStream } from './media-stream.ts'

/** What `answering_machine_detection` may ask for. */
export type Detection = 'premium' | 'detect' | 'detect_beep' | 'detect_words' | 'greeting_end' | 'disabled'

/** The person, or the machine, at the other end of a call that the application dialled. */
export type OutgoingCall = {
  /** Does what the account's script says; without one nothing happens. */
  followScript(): void
  /** It was answered: by whom is told as asked for. */
  begin(script: CalleeScript): void
  /** Lets a machine say its greeting, once there is a stream to hear it on. */
  speakOpening(stream: MediaStream): void
}

/** Telnyx takes a person of few words for one at once. */
const HUMAN = { human: 'human_residence', fax: 'fax_detected', unknown: 'not_sure' } as const

/**
 * Tells who answered, in the order in which Telnyx does: the detection, then the end of a machine's greeting. `premium`
 * tells the end of a greeting by its beep alone, and nothing but the beep where that comes first.
 * Source: `CallDialParams` of the `telnyx` package and
 * https://developers.telnyx.com/docs/voice/programmable-voice/answering-machine-detection
 */
export function createOutgoingCall(call: CarrierCall, detection: Detection = 'disabled'): OutgoingCall {
  let answering: CalleeScript | undefined
  let words: Buffer = Buffer.alloc(0)
  let hasBeeped = false

  const detect = (script: CalleeScript) => {
    const { is = 'human' } = script
    if (detection === 'disabled' || (detection === 'premium' && hasBeeped)) return
    if (detection === 'premium') call.tellMachine('premium.detection', is === 'machine' ? is : HUMAN[is])
    else call.tellMachine('detection', is === 'machine' ? is : is === 'human' ? is : 'not_sure')
  }

  const endGreeting = (script: CalleeScript) => {
    if (script.is !== 'machine') return
    hasBeeped = answeredBy(script, 'DetectMessageEnd') === 'machine_end_beep'
    if (detection === 'premium' && hasBeeped) call.tellMachine('premium.greeting', 'beep_detected')
    if (detection === 'detect_beep' && hasBeeped) call.tellMachine('greeting', 'beep_detected')
    if (detection === 'greeting_end' || detection === 'detect_words')
      call.tellMachine('greeting', hasBeeped ? 'beep_detected' : 'ended')
  }

  return {
    followScript() {
      const script = call.account.callees[call.to]
      if (!script || isPatient(script)) return
      const { does = 'answers', afterMs = 0 } = script
      call.after(afterMs, () => {
        if (call.state !== 'ringing') return
        if (does === 'answers') call.answer(script)
        else call.end(causeOf(does), 'callee')
      })
    },
    begin(script) {
      answering = script
      words = openingOf(script)
      call.after(script.detectionMs ?? 0, () => detect(script))
    },
    speakOpening(stream) {
      const said = words
      const script = answering
      words = Buffer.alloc(0)
      if (!script || said.length === 0) return
      stream.mouth.say(said).then(
        () => endGreeting(script),
        () => undefined,
      )
    },
  }
}
