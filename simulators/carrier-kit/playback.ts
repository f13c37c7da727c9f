import { BYTES_PER_MS, FRAME_BYTES, SILENCE_BYTE } from '../../src/provider-kit/index.ts'
import type { AudioEncoding } from '../../src/provider-kit/index.ts'

/** A pause longer than this between two pieces of audio is the speaker's own, not late audio. */
const UNDERRUN_WINDOW_MS = 400

export type PlaybackStats = {
  /** Audio frames received. */
  frames: number
  /** Of these, frames that were no multiple of 20 ms. */
  oddFrames: number
  bytes: number
  /** Silence that was played in the middle of speech because audio was missing, in ms. */
  underrunMs: number
  /** The most that a piece of audio came after the moment it was due, in ms; 0 when all came in time. */
  maxLatenessMs: number
  /** Pieces of audio that came after the moment they were due. */
  lateFrames: number
  /** The same as `maxLatenessMs` for audio that came behind a mark, where the speaker may have meant the pause. */
  maxPauseAfterMarkMs: number
  /** The most that was queued at once, in ms. */
  maxQueuedMs: number
  clears: number
}

type Item = { audio: Uint8Array; offset: number } | { mark: string }

export type Playback = {
  /** @param nowMs arrival on the clock of `tick` */
  push(audio: Uint8Array, nowMs: number): void
  /** Queues a mark behind what is queued; comes back at once when nothing is. */
  mark(name: string): void
  /** Drops what is queued and returns all its marks. */
  clear(): void
  /**
   * Plays 20 ms.
   * @param idealMs when they are due
   * @returns exactly 160 bytes, silence where nothing was queued
   */
  tick(idealMs: number): Uint8Array
  readonly queuedMs: number
  readonly pendingMarks: readonly string[]
  readonly stats: Readonly<PlaybackStats>
}

/**
 * The carrier's playback of what the agent sends: audio is played in real time, marks return when the audio before them
 * was played, `clear` returns them at once.
 * Lateness is judged inside a stretch of speech only: the queue ran dry with no mark at its end, nothing was cleared, and
 * more audio came within 400 ms.
 * Source: https://developers.telnyx.com/docs/voice/programmable-voice/media-streaming
 */
export function createPlayback({
  encoding,
  onMark,
}: {
  encoding: AudioEncoding
  onMark(name: string): void
}): Playback {
  const stats: PlaybackStats = {
    frames: 0,
    oddFrames: 0,
    bytes: 0,
    underrunMs: 0,
    maxLatenessMs: 0,
    lateFrames: 0,
    maxPauseAfterMarkMs: 0,
    maxQueuedMs: 0,
    clears: 0,
  }
  const silence = Buffer.alloc(FRAME_BYTES, SILENCE_BYTE[encoding])
  let items: Item[] = []
  let queuedBytes = 0
  /** Since when the queue is dry, how much silence was played since, and whether a mark said that this is meant. */
  let drought: { sinceMs: number; silentBytes: number; isMarked: boolean } | undefined

  const returnLeadingMarks = (): boolean => {
    let hasReturned = false
    for (let item = items[0]; item && 'mark' in item; item = items[0]) {
      items.shift()
      hasReturned = true
      onMark(item.mark)
    }
    return hasReturned
  }

  const judgeArrival = (nowMs: number) => {
    if (drought === undefined) return
    const { sinceMs, silentBytes, isMarked } = drought
    const latenessMs = nowMs - sinceMs
    drought = undefined
    if (latenessMs > UNDERRUN_WINDOW_MS) return
    if (isMarked) {
      stats.maxPauseAfterMarkMs = Math.max(stats.maxPauseAfterMarkMs, latenessMs)
      return
    }
    stats.underrunMs += silentBytes / BYTES_PER_MS
    if (latenessMs <= 0) return
    stats.lateFrames++
    stats.maxLatenessMs = Math.max(stats.maxLatenessMs, latenessMs)
  }

  /** Fills `frame` from the queue up to the end of its first audio item. */
  const takeInto = (frame: Uint8Array, filled: number): number => {
    const item = items[0]
    if (!item || 'mark' in item) return 0
    const piece = item.audio.subarray(item.offset, item.offset + FRAME_BYTES - filled)
    frame.set(piece, filled)
    item.offset += piece.length
    queuedBytes -= piece.length
    if (item.offset >= item.audio.length) items.shift()
    return piece.length
  }

  return {
    push: (audio, nowMs) => {
      judgeArrival(nowMs)
      stats.frames++
      stats.bytes += audio.length
      if (audio.length % FRAME_BYTES !== 0) stats.oddFrames++
      items.push({ audio, offset: 0 })
      queuedBytes += audio.length
      stats.maxQueuedMs = Math.max(stats.maxQueuedMs, queuedBytes / BYTES_PER_MS)
    },
    mark: (name) => {
      items.push({ mark: name })
      if (returnLeadingMarks() && drought) drought.isMarked = true
    },
    clear: () => {
      const marks = items.flatMap((item) => ('mark' in item ? item.mark : []))
      items = []
      queuedBytes = 0
      drought = undefined
      stats.clears++
      for (const name of marks) onMark(name)
    },
    tick: (idealMs) => {
      if (queuedBytes === 0) {
        if (drought) drought.silentBytes += FRAME_BYTES
        return silence
      }
      const frame = Buffer.from(silence)
      let filled = 0
      let isMarked = false
      while (filled < FRAME_BYTES && queuedBytes > 0) {
        filled += takeInto(frame, filled)
        // A mark is due with the last sample before it.
        isMarked = returnLeadingMarks()
      }
      if (queuedBytes === 0) {
        drought = { sinceMs: idealMs + filled / BYTES_PER_MS, silentBytes: FRAME_BYTES - filled, isMarked }
      }
      return frame
    },
    get queuedMs() {
      return queuedBytes / BYTES_PER_MS
    },
    get pendingMarks() {
      return items.flatMap((item) => ('mark' in item ? item.mark : []))
    },
    get stats() {
      return stats
    },
  }
}
