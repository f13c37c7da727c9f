import { BYTES_PER_MS, FRAME_MS } from '../provider-kit/index.ts'
import { createReorderBuffer } from './reorder-buffer.ts'
import type { SpeechMeter } from './speech-meter.ts'
import type { SttLink } from './stt-link.ts'
import type { CallRecorder } from './types.ts'

/** The caller's way in: carrier frames in order to the transcription, the meter and the recording. */
export type CallerAudio = {
  /** @param chunk the carrier's number of the frame @param payload headerless G.711 */
  push(chunk: number, payload: Buffer): void
  /** Passes on what still waits for a missing frame. */
  flush(): void
}

/** A stream that falls this far behind the clock has paused; its timeline jumps ahead. */
const STREAM_PAUSE_MS = 400

/** @param origin the call's start on the clock of `now` */
export function createCallerAudio(options: {
  origin: number
  now(): number
  listener: SttLink
  meter: SpeechMeter
  recorder?: CallRecorder
}): CallerAudio {
  const { origin, now, listener, meter, recorder } = options
  let streamMs = 0

  return createReorderBuffer<Buffer>((payload, missing) => {
    const at = now()
    // Counted by frames, not by arrival, so that a burst after a stall does not lie on top of itself.
    streamMs += missing * FRAME_MS
    if (at - origin - streamMs > STREAM_PAUSE_MS) streamMs = at - origin
    recorder?.caller(payload, streamMs)
    streamMs += payload.length / BYTES_PER_MS
    meter.measure(payload, at)
    listener.send(payload)
  })
}
