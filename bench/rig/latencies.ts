import { BYTES_PER_MS, FRAME_BYTES, FRAME_MS, SILENCE_BYTE } from '../../src/provider-kit/index.ts'
import { createSpeechLibrary, createSpeechRecogniser, loadUtterance } from '../../simulators/speech/index.ts'
import { findSpeechEnd } from '../../simulators/carrier-kit/recording.ts'
import { tokensOfFirstClause } from './call-script.ts'
import type { Line } from './call-script.ts'

/** How slow the simulated providers are, in ms: the medians that good ones show in public measurements. */
export const LATENCIES = {
  deepgram: { handshakeMs: 20, interimMs: 100, finalMs: 300, eagerMs: 160 },
  openai: { firstTokenMs: 350, perTokenMs: 10 },
  elevenlabs: { firstAudioMs: 120, realTimeFactor: 0.1 },
} as const

const ENCODING = 'mulaw'
/** What the transcription is asked for; a stream that asks for something else makes the floors wrong, so it is checked. */
export const ENDPOINT_MS = 300
const LONGEST_SILENCE_MS = 1_000

/** What passes outside the product, whatever the product does. In ms. */
export type Floors = {
  /** From the last sound of the caller to the first sound of the answer. */
  answer: number
  /** From the first sound of the caller to the provider's notice of it. */
  notice: number
  /** From the start of the utterance to its first sound. */
  lead: number
}

/** What the simulators take of a turn: transcription, model up to the first clause, voice. */
export function createFloors(lines: readonly Line[]): ReadonlyMap<Line, Floors> {
  const library = createSpeechLibrary()
  return new Map(lines.map((line) => [line, floorsOf(line, library)]))
}

function floorsOf({ utterance, reply }: Line, library: ReturnType<typeof createSpeechLibrary>): Floors {
  const audio = loadUtterance(utterance, ENCODING)
  const padded = Buffer.concat([audio, Buffer.alloc(LONGEST_SILENCE_MS * BYTES_PER_MS, SILENCE_BYTE[ENCODING])])
  let frame = 0
  let noticedMs = 0
  let finalMs = 0
  const recogniser = createSpeechRecogniser({
    encoding: ENCODING,
    library,
    endpointMs: ENDPOINT_MS,
    onEvent({ type }) {
      // By the frame's start, as the recording counts: an answer lies in the frame after the one that brought it about.
      if (type === 'speech-started') noticedMs ||= frame * FRAME_MS
      if (type === 'final') finalMs ||= frame * FRAME_MS
    },
  })
  for (; (frame + 1) * FRAME_BYTES <= padded.length; frame++) {
    recogniser.write(padded.subarray(frame * FRAME_BYTES, (frame + 1) * FRAME_BYTES))
  }
  const { deepgram, openai, elevenlabs } = LATENCIES
  const transcription = finalMs - findSpeechEnd(audio, ENCODING) + Math.max(0, deepgram.finalMs - ENDPOINT_MS)
  const model = openai.firstTokenMs + (tokensOfFirstClause(reply) - 1) * openai.perTokenMs
  const lead = findSpeechStart(audio)
  return {
    answer: transcription + model + elevenlabs.firstAudioMs,
    notice: noticedMs - lead + deepgram.interimMs,
    lead,
  }
}

/** Reversed, the first sound is the last one. */
const findSpeechStart = (audio: Buffer): number =>
  audio.length / BYTES_PER_MS - findSpeechEnd(Buffer.from(audio).reverse(), ENCODING)
