import type { AudioEncoding, AudioFormat, SttEvent, SttStream } from '../provider-kit/index.ts'
import { BYTES_PER_MS, transcode } from '../provider-kit/index.ts'
import type { AudioRing } from './audio-ring.ts'
import { createAudioRing } from './audio-ring.ts'
import { isRetryable } from './ended-reason.ts'
import { fromProvider, toStall } from './provider-failure.ts'
import type { BoundStt, CallError } from './types.ts'

export type SttLinkOptions = {
  stt: BoundStt
  model?: string
  language?: string
  format: AudioFormat
  /** Until the provider accepts the stream. */
  openMs: number
  now(): number
  /** Everything but `error` and `closed`, which the link deals with. */
  onEvent(event: SttEvent): void
  /** A new stream took over; it will not repeat what the former one had finished. */
  onReplaced(): void
  /** Beyond repair. */
  onFailed(error: CallError): void
}

/** Speech-to-text for the length of a call, over one reconnect. */
export type SttLink = {
  open(): void
  /** @param audio in the carrier's encoding */
  send(audio: Uint8Array): void
  tick(now: number): void
  /** Asks for the last words and closes. */
  close(): void
  destroy(): void
  /** Whether no stream is open any more. */
  isClosed(): boolean
  /** Audio transcribed, as the provider counts it where it does. */
  audioMs(): number
}

/** Unfinalised audio that a new stream is given again: 9 s, for a stream that is not open yet holds 10 s at most. */
const REPLAY_BYTES = 9_000 * BYTES_PER_MS
const REPLAY_PIECE_BYTES = 100 * BYTES_PER_MS
/** A stream that lived this long was healthy: the next failure is a new one. */
const HEALTHY_MS = 10_000

export function createSttLink(options: SttLinkOptions): SttLink {
  const { stt, now } = options
  const carrier = options.format.encoding
  const encoding: AudioEncoding = stt.encodings.includes(carrier) ? carrier : (stt.encodings[0] ?? carrier)
  const ring: AudioRing = createAudioRing(REPLAY_BYTES)
  let stream: SttStream | undefined
  let serial = 0
  let live = 0
  let openBy = Number.POSITIVE_INFINITY
  let openedAt: number | undefined
  let hasRetried = false
  let isClosing = false
  let sentBytes = 0
  let countedMs = 0

  const fail = (error: CallError) => {
    const failed = stream
    stream = undefined
    serial++
    openBy = Number.POSITIVE_INFINITY
    failed?.destroy()
    if (isClosing) return
    if (openedAt !== undefined && now() - openedAt >= HEALTHY_MS) hasRetried = false
    if (hasRetried || !isRetryable(error.kind)) return options.onFailed(error)
    hasRetried = true
    options.onReplaced()
    const successor = connect()
    const replay = ring.read()
    for (let at = 0; at < replay.length; at += REPLAY_PIECE_BYTES) {
      successor.send(replay.subarray(at, at + REPLAY_PIECE_BYTES))
    }
  }

  const onEvent = (from: number, event: SttEvent) => {
    if (event.type === 'closed') {
      live--
      countedMs += event.audioMs
    }
    if (from !== serial) return
    if (event.type === 'error') return fail(fromProvider(event.error))
    if (event.type === 'closed') {
      if (stream) fail(toStall(stt, 'closed', 'closed the transcription'))
      return
    }
    if (event.type === 'open') {
      openBy = Number.POSITIVE_INFINITY
      openedAt = now()
    }
    if (event.type === 'final' || event.type === 'end-of-turn') ring.reset()
    options.onEvent(event)
  }

  const connect = (): SttStream => {
    const own = ++serial
    openedAt = undefined
    openBy = now() + options.openMs
    live++
    const { model, language, format } = options
    const opened = stt.open({ model, language, format: { ...format, encoding } }, (event) => onEvent(own, event))
    // It may have failed before it was handed over.
    if (own === serial) stream = opened
    return opened
  }

  return {
    open() {
      connect()
    },
    send(audio) {
      if (isClosing) return
      const taken = transcode({ audio, from: carrier, to: encoding })
      ring.write(taken)
      sentBytes += taken.length
      stream?.send(taken)
    },
    tick(at) {
      if (at >= openBy) fail(toStall(stt, 'timeout', 'did not accept the transcription in time'))
    },
    close() {
      isClosing = true
      openBy = Number.POSITIVE_INFINITY
      stream?.close()
    },
    destroy() {
      isClosing = true
      stream?.destroy()
    },
    isClosed: () => live === 0,
    audioMs: () => (live === 0 && countedMs > 0 ? countedMs : sentBytes / BYTES_PER_MS),
  }
}
