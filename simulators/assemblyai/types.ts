/** What a key of the simulator can do. */
export type AssemblyAiKeyState =
  | 'valid'
  /** Refused everywhere as unknown. */
  | 'revoked'
  /** Lists transcripts; streams are refused with 1008 after they opened. */
  | 'no-credit'
  /** The balance is below zero: requests are refused with 400 too. */
  | 'negative-balance'

export type AssemblyAiAccount = {
  state: AssemblyAiKeyState
  /** Streams at a time; one more is refused with 3009 after it opened. Default 100. */
  maxStreams?: number
}

/** All in ms. */
export type AssemblyAiLatencies = {
  /** Before a handshake is answered. Default 20. */
  handshakeMs: number
  /** From the handshake to `Begin`. Default 20. */
  beginMs: number
  /** From audio to the partial about it. Default 100. */
  interimMs: number
  /** From the end of speech to `end_of_turn`; never before an inner pause could be over. Default 300. */
  finalMs: number
  /** From there to the same turn with punctuation, where `format_turns` asks for it. Default 80. */
  formatMs: number
}

export type AssemblyAiFault =
  /** Refuses requests and handshakes with an HTTP answer. */
  | { kind: 'refuse'; status: 400 | 401 | 402 | 403 | 429 | 500; error?: string }
  /** Takes the handshake, then sends an `Error` (unless `isSilent`) and closes; after `Begin` where that is asked for. */
  | { kind: 'refuse-after-open'; code: number; error: string; isAfterBegin?: boolean; isSilent?: boolean }
  /** Answers handshakes late. */
  | { kind: 'slow-handshake'; ms: number }
  /** Takes the handshake and never begins. */
  | { kind: 'never-begin' }
  /** Takes audio and never answers. */
  | { kind: 'stall' }
  /** Breaks off once so much speech has been heard, in ms from its start. */
  | { kind: 'close-mid-utterance'; afterMs?: number; code?: number; error?: string }

/** What a stream was asked and what came of it. */
export type AssemblyAiSession = {
  id: string
  key: string
  query: Readonly<Record<string, string>>
  audioBytes: number
  /** The length of each frame of audio, in ms. */
  frameMs: number[]
  keepAlives: number
  /** The text of each turn. */
  transcripts: string[]
  /** Messages that a stall swallowed. */
  withheld: object[]
  isOpen: boolean
  closeCode?: number
}
