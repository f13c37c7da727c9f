import type { AudioEncoding } from './audio.ts'
import { decodeAlaw, decodeMulaw, FRAME_BYTES, FRAME_MS } from './audio.ts'

export type UtteranceEvent =
  /** Speech began; the audio from shortly before on. */
  | { type: 'started'; audio: Uint8Array }
  /** More of it. */
  | { type: 'audio'; audio: Uint8Array }
  /** A pause, or the longest utterance was reached. `audioMs` is all of it, the pause included. */
  | { type: 'ended'; audioMs: number }

export type UtteranceSegmenter = {
  /** @param audio headerless 8 kHz G.711, any length */
  write(audio: Uint8Array): void
  /** Ends the utterance in hand, if there is any. */
  flush(): void
}

export type UtteranceSegmenterOptions = {
  encoding: AudioEncoding
  onEvent(event: UtteranceEvent): void
  /** Silence that ends an utterance, in ms. Default 600. */
  endSilenceMs?: number
  /** Loud audio within 120 ms that makes a beginning, in ms. Default 80: a click has less. */
  startMs?: number
  /** Kept from before the beginning, since soft consonants lead, in ms. Default 240. */
  leadMs?: number
  /** An utterance without a pause is cut here, in ms. Default 30,000. */
  longestMs?: number
}

/** Mean magnitude (of 32,768) below which a frame is never speech; line noise on telephones stays under it. */
const FLOOR_LEVEL = 180
/** A frame is loud from so many times the noise of the line on, and speech goes on down to half of that. */
const OVER_NOISE = 3
/** How fast the noise of the line is believed to grow (within some seconds) and to fall (at once). */
const NOISE_RISE = 0.005
const NOISE_FALL = 0.2
const START_WINDOW_MS = 120

const tableOf = (decode: (byte: number) => number) =>
  Int32Array.from({ length: 256 }, (_, byte) => Math.abs(decode(byte)))

/**
 * Finds utterances in a telephone line by how loud it is: for services that transcribe whole recordings, or leave it to
 * the client to say when a turn is over. The threshold follows the noise of the line.
 */
export function createUtteranceSegmenter(options: UtteranceSegmenterOptions): UtteranceSegmenter {
  const { encoding, onEvent, endSilenceMs = 600, startMs = 80, leadMs = 240, longestMs = 30_000 } = options
  const magnitudes = tableOf(encoding === 'mulaw' ? decodeMulaw : decodeAlaw)
  const leadFrames = Math.ceil((leadMs + START_WINDOW_MS) / FRAME_MS)
  const windowFrames = START_WINDOW_MS / FRAME_MS
  let rest: Uint8Array = new Uint8Array(0)
  let lead: Uint8Array[] = []
  let recentlyLoud: boolean[] = []
  let noise = FLOOR_LEVEL / OVER_NOISE
  let isSpeaking = false
  let quietMs = 0
  let spokenMs = 0

  const levelOf = (frame: Uint8Array): number => {
    let sum = 0
    for (const byte of frame) sum += magnitudes[byte] as number
    return sum / frame.length
  }

  const end = () => {
    isSpeaking = false
    lead = []
    recentlyLoud = []
    onEvent({ type: 'ended', audioMs: spokenMs })
  }

  const takeWhileQuiet = (frame: Uint8Array, isLoud: boolean) => {
    lead.push(frame)
    if (lead.length > leadFrames) lead.shift()
    recentlyLoud.push(isLoud)
    if (recentlyLoud.length > windowFrames) recentlyLoud.shift()
    if (recentlyLoud.filter(Boolean).length * FRAME_MS < startMs) return
    isSpeaking = true
    quietMs = 0
    spokenMs = lead.length * FRAME_MS
    onEvent({ type: 'started', audio: Buffer.concat(lead) })
  }

  const takeWhileSpeaking = (frame: Uint8Array, isQuiet: boolean) => {
    spokenMs += FRAME_MS
    quietMs = isQuiet ? quietMs + FRAME_MS : 0
    onEvent({ type: 'audio', audio: frame })
    if (quietMs >= endSilenceMs || spokenMs >= longestMs) end()
  }

  const takeFrame = (frame: Uint8Array) => {
    const level = levelOf(frame)
    const threshold = Math.max(FLOOR_LEVEL, noise * OVER_NOISE)
    if (isSpeaking) takeWhileSpeaking(frame, level < threshold / 2)
    else takeWhileQuiet(frame, level >= threshold)
    // Speech is not noise, however long it lasts: while somebody speaks, only the pauses count.
    if (!isSpeaking || level < threshold) noise += (level - noise) * (level < noise ? NOISE_FALL : NOISE_RISE)
  }

  return {
    write(audio) {
      const joined = rest.length > 0 ? Buffer.concat([rest, audio]) : audio
      let at = 0
      // Copied, because whoever sent the frame may use its memory again.
      for (; at + FRAME_BYTES <= joined.length; at += FRAME_BYTES)
        takeFrame(Uint8Array.prototype.slice.call(joined, at, at + FRAME_BYTES))
      rest = Uint8Array.prototype.slice.call(joined, at)
    },
    flush() {
      if (isSpeaking) end()
    },
  }
}
