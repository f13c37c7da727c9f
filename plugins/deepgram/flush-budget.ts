/** Source: https://developers.deepgram.com/docs/tts-ws-flush, Limits */
const MAX_FLUSHES = 20
const WINDOW_MS = 60_000

/** Counts the flushes of a connection, of which Deepgram takes 20 in 60 s and then none until the time is over. */
export type FlushBudget = {
  spend(): void
  /** Deepgram said that there are none left, whatever was counted. */
  exhaust(): void
  /** How many may still be sent. */
  left(): number
}

/** @param now the clock, in ms */
export function createFlushBudget(now: () => number = Date.now): FlushBudget {
  let sentAt: number[] = []
  return {
    spend: () => void sentAt.push(now()),
    exhaust() {
      sentAt = Array.from({ length: MAX_FLUSHES }, now)
    },
    left() {
      sentAt = sentAt.filter((at) => now() - at < WINDOW_MS)
      return MAX_FLUSHES - sentAt.length
    },
  }
}
