import type { AudioEncoding } from '../provider-kit/index.ts'
import { BYTES_PER_MS, FRAME_BYTES, FRAME_MS } from '../provider-kit/index.ts'
import type { AudioStore } from './audio-store.ts'
import { createAudioStore } from './audio-store.ts'
import { createHeardEstimate } from './heard-estimate.ts'

/** The way to the caller's ear. */
export type MediaOut = {
  /** @param payload one 20 ms frame of headerless G.711 in the carrier's encoding; not to be kept or changed */
  send(payload: Uint8Array): void
  mark(name: string): void
  clear(): void
  /** Bytes that wait in the socket. */
  bufferedBytes(): number
}

export type PlaybackOptions = {
  encoding: AudioEncoding
  media: Pick<MediaOut, 'send' | 'mark' | 'clear'>
  /** Audio ahead of the caller's ear in ms. */
  leadMs?: number
  onFirstFrame(now: number): void
  onFirstMark(now: number): void
  /** The whole utterance was heard. */
  onFinished(now: number): void
  /** Gets each frame once the caller heard it, with the time it was played. */
  onHeardFrame?(frame: Uint8Array, playedAtMs: number): void
}

/** Plays one utterance at a time to the caller and knows how much of it was heard. All times in ms on one clock. */
export type PlaybackClock = {
  /** Begins an utterance. @returns its generation, which `append` and `complete` must name */
  begin(now: number): number
  /** Takes audio in the carrier's encoding, any length. That of a former generation is dropped. */
  append(generation: number, audio: Uint8Array, now: number): void
  /** No more audio will come. */
  complete(generation: number, now: number): void
  /** Falls silent at once and keeps the rest; holds back an utterance that has not begun, too. */
  hold(now: number): void
  /** Goes on from what was heard. */
  release(now: number): void
  /** Ends the utterance at once. @returns ms heard of it */
  stop(now: number): number
  /** A mark came back from the carrier. */
  acknowledge(name: string, now: number): void
  tick(now: number): void
  heardMs(now: number): number
  /** Audio taken in, in ms. */
  audioMs(): number
  isComplete(): boolean
  isHeld(): boolean
  /** What is left to hear in ms; infinite while more may come. */
  remainingMs(now: number): number
  /** Whether any frame of this utterance was sent. */
  hasStarted(): boolean
}

const LEAD_MS = 200
/** A mark every 240 ms of audio. */
const MARK_FRAMES = 12
/** How long the last mark may stay out before the clock decides that all was heard. */
const LAST_MARK_GRACE_MS = 1_000
/** After this long without sending, the carrier surely has nothing left to clear. */
const CLEAR_WORTHWHILE_MS = 1_000

/** Paces 20 ms frames a small lead ahead of the caller's ear; driven by `tick` and by arriving audio, no timer. */
export function createPlaybackClock(options: PlaybackOptions): PlaybackClock {
  const { encoding, media, leadMs = LEAD_MS } = options
  const heard = createHeardEstimate()
  let store: AudioStore | undefined
  let generation = 0
  let isComplete = false
  let isHeld = false
  let hasStarted = false
  let hasMark = false
  let reported = 0
  let sinceMark = 0

  const sendMark = () => {
    sinceMark = 0
    media.mark(heard.addMark())
  }

  /**
   * Sends what is due. A beat sends one frame over a wide band of leads and more only when it is behind, so that
   * a timer's jitter around the lead does not turn an even stream into gaps and pairs.
   */
  const pump = (now: number, isBeat = false) => {
    if (!store || isHeld) return
    const length = store.length()
    const current = generation
    let upToMs = isBeat ? leadMs + FRAME_MS / 2 : leadMs
    while (heard.sentPosition() + FRAME_BYTES <= length && heard.playEndMs() - now < upToMs) {
      if (isBeat) upToMs = leadMs - FRAME_MS
      media.send(store.frame(heard.sentPosition()))
      // A socket that turns out closed may end the call, and so the utterance, from within.
      if (current !== generation) return
      heard.sent(now)
      if (!hasStarted) {
        hasStarted = true
        options.onFirstFrame(now)
      }
      if (++sinceMark >= MARK_FRAMES) sendMark()
    }
    if (isComplete && sinceMark > 0 && heard.sentPosition() >= length) sendMark()
  }

  const reportHeard = (position: number) => {
    if (!store) return
    for (; reported + FRAME_BYTES <= position; reported += FRAME_BYTES) {
      options.onHeardFrame?.(store.frame(reported), heard.playTimeOf(reported))
    }
    store.release(Math.min(reported, heard.acknowledgedPosition()))
  }

  const reset = () => {
    store = undefined
    isComplete = false
    hasStarted = false
    hasMark = false
    reported = 0
    sinceMark = 0
  }

  const finishIfHeard = (now: number) => {
    if (!store || !isComplete || isHeld || heard.sentPosition() < store.length()) return
    const waitMs = heard.hasPendingMarks() ? LAST_MARK_GRACE_MS : 0
    if (now < heard.playEndMs() + waitMs) return
    reportHeard(store.length())
    reset()
    options.onFinished(now)
  }

  const silence = (now: number) => {
    if (hasStarted && (heard.hasPendingMarks() || now < heard.playEndMs() + CLEAR_WORTHWHILE_MS)) media.clear()
  }

  return {
    begin(now) {
      reset()
      store = createAudioStore(encoding)
      heard.restart(0, now)
      return ++generation
    },
    append(from, audio, now) {
      if (from !== generation || !store) return
      store.append(audio)
      pump(now)
    },
    complete(from, now) {
      if (from !== generation || !store) return
      isComplete = true
      store.pad()
      pump(now)
      finishIfHeard(now)
    },
    hold(now) {
      if (isHeld) return
      isHeld = true
      if (!hasStarted) return
      const position = heard.position(now)
      reportHeard(position)
      silence(now)
      sinceMark = 0
      // From the frame that was cut: a frame heard in part is said again rather than swallowed.
      heard.restart(Math.floor(position / FRAME_BYTES) * FRAME_BYTES, now)
    },
    release(now) {
      if (!isHeld) return
      isHeld = false
      if (hasStarted) heard.restart(heard.sentPosition(), now)
      pump(now)
      finishIfHeard(now)
    },
    stop(now) {
      const position = store && hasStarted ? heard.position(now) : 0
      reportHeard(position)
      if (!isHeld) silence(now)
      isHeld = false
      reset()
      generation++
      heard.restart(0, now)
      return position / BYTES_PER_MS
    },
    acknowledge(name, now) {
      if (!heard.acknowledge(name, now)) return
      if (!hasMark) {
        hasMark = true
        options.onFirstMark(now)
      }
      finishIfHeard(now)
    },
    tick(now) {
      if (!store) return
      pump(now, true)
      if (!isHeld && hasStarted) reportHeard(heard.position(now))
      finishIfHeard(now)
    },
    heardMs: (now) => (store && hasStarted ? heard.position(now) / BYTES_PER_MS : 0),
    audioMs: () => (store ? store.length() / BYTES_PER_MS : 0),
    isComplete: () => isComplete,
    isHeld: () => isHeld,
    remainingMs(now) {
      if (!store) return 0
      if (!isComplete) return Number.POSITIVE_INFINITY
      return (store.length() - (hasStarted ? heard.position(now) : 0)) / BYTES_PER_MS
    },
    hasStarted: () => hasStarted,
  }
}
