import type { AudioEncoding } from '../../src/provider-kit/audio.ts'
import { FRAME_BYTES, FRAME_MS } from '../../src/provider-kit/audio.ts'
import type { Decoded, SpeechDecoder } from './decoder.ts'
import { createSpeechDecoder } from './decoder.ts'
import { createG711Tables } from './g711-tables.ts'
import type { SpeechLibrary } from './library.ts'
import { createSpeechLibrary } from './library.ts'

/** Mean magnitude of a 20 ms frame from which it counts as speech, and below which speech has paused. */
const SPEECH_LEVEL = 200
const PAUSE_LEVEL = 150
/** Frames in a row that make a beginning; a single click does not. */
const START_FRAMES = 2
/** Frames kept from before speech is noticed, since soft consonants lead: 180 ms. */
const LEAD_FRAMES = 9
/** Speech without a pause is cut here, 20 s. */
const MAX_FRAMES = 1000

export type RecognisedWord = {
  text: string
  /** From the first byte of the stream. */
  startMs: number
  endMs: number
}

export type RecogniserEvent =
  /** Speech began at `atMs`; noticed 40 ms later. */
  | { type: 'speech-started'; atMs: number }
  /** The words of this stretch of speech so far, sent when they change. */
  | { type: 'interim'; words: readonly RecognisedWord[]; startMs: number; endMs: number }
  /**
   * The stretch of speech ended: `endpointMs` of silence, or `flush`. No words where it was a noise.
   * `isContinued`: the speaker hesitates and will go on.
   */
  | { type: 'final'; words: readonly RecognisedWord[]; startMs: number; endMs: number; isContinued: boolean }

export type SpeechRecogniser = {
  /** @param audio headerless 8 kHz G.711 as it arrives, any length */
  write(audio: Uint8Array): void
  /** Ends the speech in hand, if there is any. */
  flush(): void
  /** How much audio came, in ms. */
  readonly audioMs: number
  /** Speech is in hand that no `final` has told yet. */
  readonly isSpeaking: boolean
}

/**
 * Hears the recorded utterances, and nothing else, in audio as it arrives: the wrong law, lost or reordered frames and
 * strangers' speech come out as `[unintelligible]` words, silence as nothing. Costs some 10 µs per second of silence.
 * @param options.endpointMs silence that ends a stretch of speech
 * @param options.interimEveryMs least audio between two interims; 0 for none
 */
export function createSpeechRecogniser(options: {
  encoding: AudioEncoding
  onEvent(event: RecogniserEvent): void
  library?: SpeechLibrary
  endpointMs?: number
  interimEveryMs?: number
}): SpeechRecogniser {
  const { encoding, onEvent, library = createSpeechLibrary(), endpointMs = 300, interimEveryMs = 200 } = options
  const { samples: toSample, magnitudes } = createG711Tables(encoding)
  const partial = new Uint8Array(FRAME_BYTES)
  let partialLength = 0
  const lead = new Uint8Array(LEAD_FRAMES * FRAME_BYTES)
  let frames = 0
  let loudFrames = 0
  let speech: Speech | undefined

  const timeOf = (sample: number, held: Speech) => Math.round(held.firstFrame * FRAME_MS + sample / 8)
  const wordsOf = (decoded: Decoded, held: Speech): RecognisedWord[] =>
    decoded.words.map((word) => ({ text: word.text, startMs: timeOf(word.start, held), endMs: timeOf(word.end, held) }))

  const decode = (held: Speech, isComplete: boolean) => {
    const audio = { samples: held.samples, length: held.length }
    return held.decoder.decode(audio, (sample) => nextSpeech(held, sample), isComplete)
  }
  const finish = () => {
    if (!speech) return
    const held = speech
    speech = undefined
    loudFrames = 0
    const decoded = decode(held, true)
    const startMs = (held.firstFrame + held.speechFrame) * FRAME_MS
    const endMs = (held.firstFrame + held.lastLoudFrame + 1) * FRAME_MS
    onEvent({ type: 'final', words: wordsOf(decoded, held), startMs, endMs, isContinued: decoded.isContinued })
  }
  const begin = () => {
    const leading = Math.min(frames, LEAD_FRAMES)
    speech = createSpeech({ library, firstFrame: frames - leading, speechFrame: leading - START_FRAMES })
    for (let back = leading; back > 0; back--) {
      const slot = ((frames - back) % LEAD_FRAMES) * FRAME_BYTES
      append(speech, lead, slot, toSample)
      speech.isLoud.push(back <= START_FRAMES ? 1 : 0)
    }
    speech.lastLoudFrame = leading - 1
    onEvent({ type: 'speech-started', atMs: (frames - START_FRAMES) * FRAME_MS })
  }
  const sendInterim = (held: Speech) => {
    held.lastInterimFrame = held.isLoud.length
    const words = wordsOf(decode(held, false), held)
    const text = words.map((word) => word.text).join(' ')
    if (text === held.lastText) return
    held.lastText = text
    const startMs = (held.firstFrame + held.speechFrame) * FRAME_MS
    onEvent({ type: 'interim', words, startMs, endMs: frames * FRAME_MS })
  }

  const takeFrame = (bytes: Uint8Array, at: number) => {
    const level = levelOf(bytes, at, magnitudes)
    if (!speech) {
      lead.set(bytes.subarray(at, at + FRAME_BYTES), (frames % LEAD_FRAMES) * FRAME_BYTES)
      frames++
      loudFrames = level >= SPEECH_LEVEL ? loudFrames + 1 : 0
      if (loudFrames >= START_FRAMES) begin()
      return
    }
    frames++
    append(speech, bytes, at, toSample)
    speech.isLoud.push(level >= PAUSE_LEVEL ? 1 : 0)
    if (level >= PAUSE_LEVEL) speech.lastLoudFrame = speech.isLoud.length - 1
    const quietMs = (speech.isLoud.length - 1 - speech.lastLoudFrame) * FRAME_MS
    if (quietMs >= endpointMs || speech.isLoud.length >= MAX_FRAMES) return finish()
    const isDue = (speech.isLoud.length - speech.lastInterimFrame) * FRAME_MS >= interimEveryMs
    if (interimEveryMs > 0 && isDue) sendInterim(speech)
  }

  return {
    write(audio) {
      let at = 0
      if (partialLength > 0) {
        at = Math.min(audio.length, FRAME_BYTES - partialLength)
        partial.set(audio.subarray(0, at), partialLength)
        partialLength += at
        if (partialLength < FRAME_BYTES) return
        partialLength = 0
        takeFrame(partial, 0)
      }
      for (; at + FRAME_BYTES <= audio.length; at += FRAME_BYTES) takeFrame(audio, at)
      partial.set(audio.subarray(at))
      partialLength = audio.length - at
    },
    flush: finish,
    get audioMs() {
      return frames * FRAME_MS + partialLength / 8
    },
    get isSpeaking() {
      return speech !== undefined
    },
  }
}

/** Mean magnitude of a frame, from every third sample. */
function levelOf(bytes: Uint8Array, at: number, magnitudes: Int16Array): number {
  let sum = 0
  for (let index = at; index < at + FRAME_BYTES; index += 3) sum += magnitudes[bytes[index] as number] as number
  return (sum * 3) / FRAME_BYTES
}

/** One stretch of speech in hand. Frames are counted from `firstFrame`, the first that was kept. */
type Speech = {
  decoder: SpeechDecoder
  samples: Int16Array
  length: number
  /** By frame: loud enough to be speech. */
  isLoud: number[]
  firstFrame: number
  speechFrame: number
  lastLoudFrame: number
  lastInterimFrame: number
  lastText: string
}

const createSpeech = (place: { library: SpeechLibrary; firstFrame: number; speechFrame: number }): Speech => ({
  decoder: createSpeechDecoder(place.library),
  samples: new Int16Array(FRAME_BYTES * 100),
  length: 0,
  isLoud: [],
  firstFrame: place.firstFrame,
  speechFrame: place.speechFrame,
  lastLoudFrame: 0,
  lastInterimFrame: 0,
  lastText: '',
})

function append(speech: Speech, bytes: Uint8Array, at: number, toSample: Int16Array): void {
  if (speech.length + FRAME_BYTES > speech.samples.length) {
    const larger = new Int16Array(speech.samples.length * 2)
    larger.set(speech.samples)
    speech.samples = larger
  }
  for (let index = 0; index < FRAME_BYTES; index++) {
    speech.samples[speech.length + index] = toSample[bytes[at + index] as number] as number
  }
  speech.length += FRAME_BYTES
}

/** The start of the first two loud frames in a row at or after a sample; undefined where there are none. */
function nextSpeech(speech: Speech, sample: number): number | undefined {
  const first = Math.max(speech.speechFrame, Math.ceil(sample / FRAME_BYTES))
  for (let frame = first; frame + 1 < speech.isLoud.length; frame++) {
    if (speech.isLoud[frame] && speech.isLoud[frame + 1]) return frame * FRAME_BYTES
  }
  return undefined
}
