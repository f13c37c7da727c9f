import type { ClientMessage } from './client-message.ts'

/** The account behind a key, as a test sets it up. */
export type HumeSimulatedKey = {
  /** Characters that may still be spoken. Default 100,000. */
  credits?: number
  /** Voices of the account itself, by id. */
  customVoices?: readonly string[]
}

export type HumeLatencies = {
  /** From a text until its first audio, in ms. */
  firstAudioMs: number
  /** Time of generation for a second of audio: 0.1 is ten times faster than real time. */
  realTimeFactor: number
}

export type HumeFault =
  | 'unauthorized'
  | 'server-error'
  /** What a service that was switched off answers. */
  | 'gone'
  | 'too-many-requests'
  /** The upgrade succeeds, then the key is refused. */
  | 'reject-after-open'
  | 'stall'
  | 'close-mid-sentence'
  | 'malformed-message'
  /** All is said, but the socket stays open. */
  | 'never-closes'

/** One socket as the simulator saw it. */
export type HumeConnection = {
  key: string
  query: Record<string, string>
  /** Every message of the client. */
  messages: ClientMessage[]
  /** Bytes of PCM sent. */
  audioBytes: number
  closed: Promise<number>
}
