import { BYTES_PER_MS, encodeMulaw } from '../../src/provider-kit/index.ts'
import { loadUtterance } from '../speech/library.ts'

/** What happens at a number that is called. */
export type CalleeScript = {
  /** Default `answers`. */
  does?: 'answers' | 'busy' | 'no-answer' | 'rejects' | 'fails'
  /** How long it rings before, in ms. Default 0; `no-answer` rings for as long as the caller lets it. */
  afterMs?: number
  /** Who answers. Default `human`. */
  is?: 'human' | 'machine' | 'fax' | 'unknown'
  /** What a machine says first: id of a recorded utterance, or mu-law. Default nothing. */
  greeting?: string | Uint8Array
  /** Whether a machine beeps after its greeting. Default true. */
  beep?: boolean
  /** How long Twilio takes to tell who it is, in ms; a machine's greeting comes on top. Default 0. */
  detectionMs?: number
}

/** Whether it rings on until the caller's own time is over. */
export const isPatient = ({ does, afterMs }: CalleeScript): boolean => does === 'no-answer' && afterMs === undefined

const BEEP_HZ = 1000
const BEEP_MS = 200

const createBeep = (): Buffer =>
  Buffer.from(
    Array.from({ length: BEEP_MS * BYTES_PER_MS }, (_, index) =>
      encodeMulaw(Math.round(8000 * Math.sin((2 * Math.PI * BEEP_HZ * index) / 8000))),
    ),
  )

/** What is heard of a callee before it listens, mu-law: a machine's greeting and beep, nothing of a person. */
export function openingOf({ is, greeting = '', beep = true }: CalleeScript): Buffer {
  if (is !== 'machine') return Buffer.alloc(0)
  const words = typeof greeting === 'string' ? (greeting === '' ? '' : loadUtterance(greeting, 'mulaw')) : greeting
  return Buffer.concat([Buffer.from(words), beep ? createBeep() : Buffer.alloc(0)])
}

/**
 * What Twilio concludes.
 * @param mode as asked for by `MachineDetection`
 * Source: https://www.twilio.com/docs/voice/answering-machine-detection
 */
export function answeredBy({ is = 'human', beep = true }: CalleeScript, mode: 'Enable' | 'DetectMessageEnd'): string {
  if (is !== 'machine') return is
  if (mode === 'Enable') return 'machine_start'
  return beep ? 'machine_end_beep' : 'machine_end_silence'
}
