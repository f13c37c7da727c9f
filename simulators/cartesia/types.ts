import type { ClientInput } from './client-message.ts'

/** The account behind a key, as a test sets it up. */
export type CartesiaSimulatedKey = {
  /** Characters that may still be spoken. Default 100,000. */
  credits?: number
  /** Contexts that may be generated at once. Default 15. */
  concurrency?: number
  /** Voices of its own organisation. */
  ownVoices?: readonly string[]
}

export type CartesiaLatencies = {
  /** From an input until its first audio, in ms. */
  firstAudioMs: number
  /** Time of generation for a second of audio: 0.1 is ten times faster than real time. */
  realTimeFactor: number
}

export type CartesiaFault =
  | 'unauthorized'
  | 'server-error'
  /** Refused as versions before 2026-03-01 do: `Title: Message`. */
  | 'unauthorized-in-text'
  /** The upgrade succeeds, then the key is refused. */
  | 'reject-after-open'
  | 'quota-mid-stream'
  | 'stall'
  | 'stall-mid-sentence'
  | 'close-mid-sentence'
  | 'malformed-message'
  /** A context is ended, `done`, with nothing said. */
  | 'done-without-audio'

/** One socket as the simulator saw it. */
export type CartesiaConnection = {
  key: string
  /** Every message of the client. */
  messages: ClientInput[]
  /** Every text to be spoken, in order, without the empty ones that end a context. */
  texts: string[]
  closed: Promise<number>
}
