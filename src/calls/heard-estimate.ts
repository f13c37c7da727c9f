import { BYTES_PER_MS, FRAME_BYTES, FRAME_MS } from '../provider-kit/index.ts'

/** How far the caller has heard one utterance, in bytes, from what was sent and which marks came back. */
export type HeardEstimate = {
  /** Starts counting at a position; marks set before no longer count. */
  restart(position: number, now: number): void
  /** A 20 ms frame went out. */
  sent(now: number): void
  /** Names a mark for the position sent so far. */
  addMark(): string
  /** Takes a returned mark. @returns whether it proves that audio was heard */
  acknowledge(name: string, now: number): boolean
  position(now: number): number
  sentPosition(): number
  acknowledgedPosition(): number
  /** When the carrier has played everything that was sent, if it plays without a pause. */
  playEndMs(): number
  /** When the frame at a position is played. */
  playTimeOf(position: number): number
  hasPendingMarks(): boolean
}

/** A carrier that returned no mark for this long does not do marks: then the clock alone is believed. */
const MARKS_EXPECTED_WITHIN_MS = 2_000

/**
 * Heard is what the clock says was played since sending, but no more than the last mark that came back plus the time
 * since, and no more than the first mark still outstanding. A name carries the epoch it belongs to, because carriers
 * return all pending marks on `clear`: those prove nothing.
 */
export function createHeardEstimate(): HeardEstimate {
  let epoch = 0
  let serial = 0
  let sent = 0
  let playEnd = 0
  let acknowledged = 0
  let acknowledgedAt = 0
  let firstSentAt: number | undefined
  let marksReturn = false
  let pending: { name: string; position: number }[] = []
  let runs: { position: number; atMs: number }[] = []

  return {
    restart(position, now) {
      epoch++
      serial = 0
      sent = position
      acknowledged = position
      acknowledgedAt = now
      playEnd = now
      firstSentAt = undefined
      pending = []
      runs = []
    },
    sent(now) {
      if (firstSentAt === undefined) {
        firstSentAt = now
        acknowledgedAt = now
      }
      if (playEnd < now || runs.length === 0) {
        playEnd = Math.max(playEnd, now)
        runs.push({ position: sent, atMs: playEnd })
      }
      sent += FRAME_BYTES
      playEnd += FRAME_MS
    },
    addMark() {
      const name = `${epoch}.${serial++}`
      pending.push({ name, position: sent })
      return name
    },
    acknowledge(name, now) {
      const index = pending.findIndex((mark) => mark.name === name)
      if (index < 0) return false
      acknowledged = (pending[index] as { position: number }).position
      acknowledgedAt = now
      marksReturn = true
      pending.splice(0, index + 1)
      return true
    },
    position(now) {
      const played = sent - Math.max(0, playEnd - now) * BYTES_PER_MS
      const isProvable = marksReturn || firstSentAt === undefined || now - firstSentAt < MARKS_EXPECTED_WITHIN_MS
      if (!isProvable) return Math.max(0, played)
      const proven = acknowledged + (now - acknowledgedAt) * BYTES_PER_MS
      return Math.max(acknowledged, Math.min(played, proven, pending[0]?.position ?? sent))
    },
    sentPosition: () => sent,
    acknowledgedPosition: () => acknowledged,
    playEndMs: () => playEnd,
    playTimeOf(position) {
      while (runs[1] && runs[1].position <= position) runs.shift()
      const run = runs[0]
      return run ? run.atMs + (position - run.position) / BYTES_PER_MS : playEnd
    },
    hasPendingMarks: () => pending.length > 0,
  }
}
