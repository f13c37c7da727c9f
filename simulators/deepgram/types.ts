/** What a key of the simulator can do. */
export type DeepgramKeyState =
  | 'valid'
  /** Refused everywhere as invalid. */
  | 'revoked'
  /** Lists its project with a balance of zero; streams are refused with 402. */
  | 'no-credit'
  /** Transcribes, may not read balances. */
  | 'no-billing-scope'
  /** Transcribes, may not list projects. */
  | 'no-project-scope'

export type DeepgramAccount = {
  projectName: string
  /** In USD. Default 100, or 0 with `no-credit`. */
  balance?: number
  state: DeepgramKeyState
  /** Streams at a time, and as many speaking connections; one more is refused with 429. Default 100. */
  maxStreams?: number
}

/** All in ms. */
export type DeepgramLatencies = {
  /** Before a handshake is answered. Default 20. */
  handshakeMs: number
  /** From audio to the interim about it. Default 100. */
  interimMs: number
  /** From the end of speech to the final (v1; never before `endpointing` has passed) or `EndOfTurn` (v2). Default 300. */
  finalMs: number
  /** From the end of speech to `EagerEndOfTurn` (v2). Default 160, the least that inner pauses allow. */
  eagerMs: number
  /** From a Flush until its first audio. Default 100. */
  firstAudioMs: number
  /** Time of generation for a second of audio, in seconds: 0.05, the default, is twenty times faster than real time. */
  realTimeFactor: number
  /** From a Clear until `Cleared`, where nothing is being spoken. Default 20. */
  clearedMs: number
}

export type DeepgramFault =
  /** Refuses handshakes and requests. */
  | { kind: 'refuse'; status: 401 | 402 | 403 | 429 | 500 }
  /** Answers handshakes late. */
  | { kind: 'slow-handshake'; ms: number }
  /** Takes the stream, then closes it as if the key had just been revoked. */
  | { kind: 'reject-after-open' }
  /** Takes audio and never answers. */
  | { kind: 'stall' }
  /** Once somebody speaks nothing comes through any more, in neither direction, and nobody is told. */
  | { kind: 'lose-line' }
  /** Closes once so much speech has been heard, in ms from its start. */
  | { kind: 'close-mid-utterance'; afterMs?: number; code?: number; reason?: string }
  /** Speech: does not confirm a Clear. */
  | { kind: 'withhold-cleared' }
  /** Speech: answers a Flush that was cleared all the same, after `Cleared`. */
  | { kind: 'answer-cleared-flushes' }
  /** Speech: warns of too many flushes whatever their number. */
  | { kind: 'refuse-flush' }
  /** Speech: sends a text between two frames of audio that is no JSON. */
  | { kind: 'malformed-message' }

/** What a stream was asked and what came of it. */
export type DeepgramSession = {
  id: string
  version: 'v1' | 'v2'
  key: string
  query: Readonly<Record<string, string>>
  audioBytes: number
  keepAlives: number
  /** Final transcripts, one per segment (v1) or turn (v2). */
  transcripts: string[]
  isOpen: boolean
  /** By the fault `lose-line`. */
  isLost: boolean
  closeCode?: number
}

/** What a speaking connection was asked and what came of it. */
export type DeepgramSpeakSession = {
  id: string
  key: string
  query: Readonly<Record<string, string>>
  /** Every message of the client, in order; an empty one for each that could not be read. */
  messages: { type?: string; text?: unknown }[]
  /** Every text to be spoken. */
  texts: string[]
  audioBytes: number
  flushes: number
  clears: number
  isOpen: boolean
  closeCode?: number
}
