import type { CallDeadlines } from '../calls/index.ts'

/** Limits of a carrier's call in ms: whoever says nothing must not leave a call open. */
export type TelephonyDeadlines = {
  /** From a dial to the first ringing: a carrier lets calls wait for their turn, so many begin in a second. */
  dialQueueMs: number
  /** From our `answer`, or from the longest ringing of a call of ours, to the carrier's word that it is answered. */
  answerMs: number
  /** From that word to the carrier's media socket. */
  streamMs: number
  /** From the media socket to its `start`. */
  startFrameMs: number
  /** How long a carrier may dial the stream URL that it was given. */
  mediaTokenMs: number
  /** How long a carrier waits for what it is to do with a call; the least that a documented carrier grants is 15 s. */
  instructionMs: number
  /** From the word that a machine answered to the end of its greeting; the message is then left all the same. */
  machineGreetingMs: number
  /** How long the message to a machine may take. */
  machineMessageMs: number
  /** From the transfer to the carrier's word of what came of it. */
  transferMs: number
  /** From the end of a call that the carrier took for a transfer to its word of what came of that. */
  transferLateMs: number
  /** The conversation's own; what is not set keeps the engine's default. */
  conversation: Partial<CallDeadlines>
}

export const DEFAULT_TELEPHONY_DEADLINES: TelephonyDeadlines = {
  dialQueueMs: 60_000,
  answerMs: 15_000,
  streamMs: 15_000,
  startFrameMs: 5_000,
  mediaTokenMs: 30_000,
  instructionMs: 10_000,
  machineGreetingMs: 25_000,
  machineMessageMs: 90_000,
  transferMs: 60_000,
  transferLateMs: 1_000,
  conversation: {},
}
