import type { SpeechLibrary } from './library.ts'
import type { Reference } from './reference.ts'
import { ANCHOR_SAMPLES, BLOCK_SAMPLES, correlate, ENVELOPE_SAMPLES, envelopeOf, HEAD_SAMPLES } from './reference.ts'

/** What stands for speech that matches nothing. */
export const UNINTELLIGIBLE = '[unintelligible]'

/** How early and how late a reference may begin relative to where speech was noticed, in samples. */
const EARLIEST = -160 * 8
const LATEST = 40 * 8
/** A block agrees from here on. Half a block lost gives at most 0.71; noise 6 dB below still gives 0.89. */
const AGREEMENT = 0.85
/** How many recordings are compared by the sample: those whose envelopes fit best. */
const CANDIDATES = 5
const ENVELOPE_MARGIN = 0.03
/** Blocks that a recording may disagree more often than the best one and stay in the running. */
const MARGIN = 4
/** How far from where the envelopes fit the samples may do so: 12.5 ms, more than a period of the pitch. */
const SEARCH = 100

export type DecodedWord = {
  text: string
  /** In samples of the audio handed in. */
  start: number
  end: number
}

export type Decoded = {
  words: readonly DecodedWord[]
  /** The speech found ends in a hesitation. */
  isContinued: boolean
  utteranceId: string | undefined
}

/** The audio of one stretch of speech as far as it came. */
export type SpeechAudio = {
  samples: Int16Array
  /** How many of the samples are filled. */
  length: number
}

type Alignment = {
  reference: Reference
  /** Where the reference's first sample lies in the audio. */
  offset: number
  /** Blocks judged so far. */
  judged: number
  /** By block: disagrees. */
  bad: Uint8Array
  badBlocks: number
}

/** One recording's worth of audio. Recordings may begin alike: all that still fit stay in the running, best first. */
type Stretch = { start: number; alternatives: Alignment[] }

/** Turns one stretch of speech, from its start to an endpoint, into words, and does no step of the work twice. */
export type SpeechDecoder = {
  /**
   * @param audio the speech so far; only ever grows
   * @param nextSpeechAfter where speech is first noticed at or after a sample; undefined where there is none
   * @param isComplete no more is coming
   */
  decode(audio: SpeechAudio, nextSpeechAfter: (sample: number) => number | undefined, isComplete: boolean): Decoded
}

/**
 * Speech is taken as one known recording after another: the first 300 ms identify it and fix its place to the sample,
 * then each 20 ms must agree. A word with a block that does not comes out as unintelligible.
 */
export function createSpeechDecoder(library: SpeechLibrary): SpeechDecoder {
  const done: Stretch[] = []
  let current: Stretch | undefined

  const decode: SpeechDecoder['decode'] = (audio, nextSpeechAfter, isComplete) => {
    for (;;) {
      if (!current) {
        const start = nextSpeechAfter(endOf(done.at(-1), 0))
        if (start === undefined) break
        const isEnough = audio.length - start >= HEAD_SAMPLES + LATEST
        if (!isEnough && !isComplete) break
        current = { start, alternatives: identify(library, audio, start) }
      }
      for (const alternative of current.alternatives) judge(alternative, audio)
      current.alternatives = rank(current.alternatives)
      const end = endOf(current, audio.length)
      if (current.alternatives.length === 0 || (audio.length < end && !isComplete)) break
      done.push(current)
      current = undefined
    }
    return describe(current ? [...done, current] : done, audio, nextSpeechAfter)
  }
  return { decode }
}

const endOf = (stretch: Stretch | undefined, otherwise: number): number => {
  const best = stretch?.alternatives[0]
  return best ? best.offset + best.reference.samples.length : otherwise
}

const rank = (alternatives: readonly Alignment[]): Alignment[] => {
  const sorted = [...alternatives].sort((one, other) => one.badBlocks - other.badBlocks)
  return sorted.filter((alternative) => alternative.badBlocks <= (sorted[0]?.badBlocks ?? 0) + MARGIN)
}

function identify(library: SpeechLibrary, audio: SpeechAudio, speechStart: number): Alignment[] {
  const from = speechStart + EARLIEST
  const envelope = envelopeOf(audio.samples.subarray(0, audio.length), from, LATEST - EARLIEST + HEAD_SAMPLES)
  const candidates = library.references
    .map((reference) => ({ reference, ...bestShift(reference.headEnvelope, envelope) }))
    .sort((one, other) => other.score - one.score)
    .slice(0, CANDIDATES)
    .filter((candidate, _index, [best]) => best && candidate.score >= best.score - ENVELOPE_MARGIN)
  return candidates.flatMap(({ reference, shift }) => {
    const offset = alignToSample(reference, audio, from + shift * ENVELOPE_SAMPLES)
    if (offset === undefined) return []
    const alignment = { reference, offset, judged: 0, bad: new Uint8Array(reference.isAudible.length), badBlocks: 0 }
    judge(alignment, { samples: audio.samples, length: Math.min(audio.length, offset + HEAD_SAMPLES) })
    const audible = reference.isAudible.subarray(0, alignment.judged).filter(Boolean).length
    return audible > 0 && alignment.badBlocks <= audible * 0.4 ? [alignment] : []
  })
}

/** Where along the longer envelope the shorter one fits best, in points, and how well (0 to 1). */
function bestShift(shorter: Float32Array, longer: Float32Array): { shift: number; score: number } {
  let best = { shift: 0, score: -1 }
  const last = longer.length - shorter.length
  const attempt = (shift: number) => {
    if (shift < 0 || shift > last) return
    const score = envelopeScore(shorter, longer, shift)
    if (score > best.score) best = { shift, score }
  }
  for (let shift = 0; shift <= last; shift += 2) attempt(shift)
  const rough = best.shift
  attempt(rough - 1)
  attempt(rough + 1)
  return best
}

function envelopeScore(shorter: Float32Array, longer: Float32Array, shift: number): number {
  const count = shorter.length
  let sumA = 0
  let sumB = 0
  let product = 0
  let energyA = 0
  let energyB = 0
  for (let point = 0; point < count; point++) {
    const a = shorter[point] as number
    const b = longer[shift + point] as number
    sumA += a
    sumB += b
    product += a * b
    energyA += a * a
    energyB += b * b
  }
  const spread = (energyA - (sumA * sumA) / count) * (energyB - (sumB * sumB) / count)
  return spread <= 0 ? 0 : (product - (sumA * sumB) / count) / Math.sqrt(spread)
}

/** Tries every place by every fourth sample, which is exact where both fall together, and proves the best by all. */
function alignToSample(reference: Reference, audio: SpeechAudio, around: number): number | undefined {
  const { samples: a, anchorStart: startA } = reference
  const { samples: b, length: endB } = audio
  let place = around
  let score = -1
  for (let offset = around - SEARCH; offset <= around + SEARCH; offset++) {
    const found = correlate({ a, startA, b, startB: offset + startA, length: ANCHOR_SAMPLES, endB, stride: 4 })
    if (found > score) [place, score] = [offset, found]
  }
  const proof = correlate({ a, startA, b, startB: place + startA, length: ANCHOR_SAMPLES, endB, stride: 1 })
  return proof >= AGREEMENT ? place : undefined
}

/** Compares the blocks that have come in full since the last time. */
function judge(alignment: Alignment, audio: SpeechAudio): void {
  const { reference, offset, bad } = alignment
  for (; alignment.judged < bad.length; alignment.judged++) {
    const startA = alignment.judged * BLOCK_SAMPLES
    const startB = offset + startA
    if (startB + BLOCK_SAMPLES > audio.length) return
    if (!reference.isAudible[alignment.judged]) continue
    const compared = { a: reference.samples, startA, b: audio.samples, startB, endB: audio.length }
    if (correlate({ ...compared, length: BLOCK_SAMPLES, stride: 1 }) >= AGREEMENT) continue
    bad[alignment.judged] = 1
    alignment.badBlocks++
  }
}

function describe(
  stretches: readonly Stretch[],
  audio: SpeechAudio,
  nextSpeechAfter: (sample: number) => number | undefined,
): Decoded {
  const words: DecodedWord[] = []
  for (const { start, alternatives } of stretches) {
    const [best] = alternatives
    words.push(...(best ? wordsOf(best) : [{ text: UNINTELLIGIBLE, start, end: audio.length }]))
  }
  const last = stretches.at(-1)
  const hasRemainder = nextSpeechAfter(endOf(last, audio.length)) !== undefined
  const isContinued = last?.alternatives[0]?.reference.isContinued === true && !hasRemainder
  const joined: DecodedWord[] = []
  for (const word of words) {
    const before = joined.at(-1)
    if (before && before.text === UNINTELLIGIBLE && word.text === UNINTELLIGIBLE) before.end = word.end
    else joined.push({ ...word })
  }
  return { words: joined, isContinued, utteranceId: stretches[0]?.alternatives[0]?.reference.utteranceId }
}

function wordsOf({ reference, offset, judged, bad, badBlocks }: Alignment): DecodedWord[] {
  const isMostlyBad = badBlocks * 2 > judged
  const heard = judged * BLOCK_SAMPLES
  return reference.words
    .filter((word) => (word.start + word.end) / 2 <= heard)
    .map((word) => {
      const first = Math.floor(word.start / BLOCK_SAMPLES)
      const isBad = isMostlyBad || bad.subarray(first, Math.ceil(word.end / BLOCK_SAMPLES)).includes(1)
      return { text: isBad ? UNINTELLIGIBLE : word.text, start: offset + word.start, end: offset + word.end }
    })
}
