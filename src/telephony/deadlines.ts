import type { CallDeadlines } from '../calls/index.ts'

/** Limits of a carrier's call in ms: whoever says nothing must not leave a call open. */
export type TelephonyDeadlines = {
  /** From our `answer` to the carrier's word that the call is answered. */
  answerMs: number
  /** From that word to the carrier's media socket. */
  streamMs: number
  /** From the media socket to its `start`. */
  startFrameMs: number
  /** How long a carrier may dial the stream URL that it was given. */
  mediaTokenMs: number
  /** The conversation's own; what is not set keeps the engine's default. */
  conversation: Partial<CallDeadlines>
}

export const DEFAULT_TELEPHONY_DEADLINES: TelephonyDeadlines = {
  answerMs: 15_000,
  streamMs: 15_000,
  startFrameMs: 5_000,
  mediaTokenMs: 30_000,
  conversation: {},
}
