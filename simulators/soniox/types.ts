/** What a key of the simulator can do. */
export type SonioxKeyState =
  | 'valid'
  /** Refused everywhere as unknown. */
  | 'revoked'
  /** Lists models; streams are refused with 402 in a message. */
  | 'no-credit'
  /** The same, because the project's monthly budget is used up. */
  | 'no-budget'
  /** A key of the organization: every endpoint of projects answers `permission_denied`. */
  | 'organization'

export type SonioxAccount = {
  state: SonioxKeyState
  /** Streams at a time; one more is refused with 429 in a message. Default 10. */
  maxStreams?: number
}

/** All in ms. */
export type SonioxLatencies = {
  /** Before a handshake is answered. Default 20. */
  handshakeMs: number
  /** From audio to the tokens about it. Default 100. */
  interimMs: number
  /** From the end of speech to `<end>`; never before an inner pause could be over. Default 300. */
  finalMs: number
}

export type SonioxFault =
  /** Refuses requests and handshakes with an HTTP answer. */
  | { kind: 'refuse'; status: 401 | 402 | 403 | 429 | 500 | 503 }
  /** Takes the handshake and answers the start request with an error message. */
  | { kind: 'refuse-after-open'; code: 400 | 401 | 402 | 403 | 408 | 413 | 429 | 500 | 503; type?: string }
  /** Answers handshakes late. */
  | { kind: 'slow-handshake'; ms: number }
  /** Takes audio and never answers. */
  | { kind: 'stall' }
  /** Breaks off once so much speech has been heard, in ms from its start; `isSilent` without an error message. */
  | { kind: 'close-mid-utterance'; afterMs?: number; code?: number; isSilent?: boolean }

/** What a stream was asked and what came of it. */
export type SonioxSession = {
  id: string
  key: string
  /** The start request as it came, with nothing left out. */
  start?: Readonly<Record<string, unknown>>
  audioBytes: number
  keepAlives: number
  /** The text of each turn. */
  transcripts: string[]
  /** Messages that a stall swallowed. */
  withheld: object[]
  isOpen: boolean
  closeCode?: number
}
