/** Samples of a block: 20 ms at 8 kHz, the unit in which agreement is judged. */
export const BLOCK_SAMPLES = 160
/** Samples per point of an envelope: 5 ms. */
export const ENVELOPE_SAMPLES = 40
/** A block softer than this part of its reference's loudest says too little to be judged. */
const AUDIBLE_PART = 0.12
/** How much of a reference identifies it: 300 ms. */
export const HEAD_SAMPLES = 2400
/** The stretch that fixes the alignment to the sample: 30 ms. */
export const ANCHOR_SAMPLES = 240

export type ReferenceWord = {
  text: string
  /** In samples from the reference's start. The words tile the reference without gaps. */
  start: number
  end: number
}

/** One stretch of speech that the recogniser knows, prepared for comparison. */
export type Reference = {
  utteranceId: string
  text: string
  words: readonly ReferenceWord[]
  samples: Int16Array
  /** Mean magnitude around each 5 ms of the head. */
  headEnvelope: Float32Array
  /** By block: loud enough to be judged. */
  isAudible: Uint8Array
  /** Where the loudest stretch of the head begins, in samples. */
  anchorStart: number
  /** The speaker hesitates here and will go on. */
  isContinued: boolean
}

/** Prepares a recording for comparison. Word times are shared out by the number of letters. */
export function createReference(options: {
  utteranceId: string
  text: string
  samples: Int16Array
  isContinued: boolean
}): Reference {
  const { samples, text } = options
  const norms = Array.from({ length: Math.floor(samples.length / BLOCK_SAMPLES) }, (_, block) =>
    normOf(samples, block * BLOCK_SAMPLES, BLOCK_SAMPLES),
  )
  const audible = AUDIBLE_PART * Math.max(...norms)
  return {
    ...options,
    words: tileWords(text, samples.length),
    headEnvelope: envelopeOf(samples, 0, Math.min(samples.length, HEAD_SAMPLES) - 3 * ENVELOPE_SAMPLES),
    isAudible: Uint8Array.from(norms, (norm) => (norm >= audible ? 1 : 0)),
    anchorStart: loudestStretch(samples.subarray(0, HEAD_SAMPLES)),
  }
}

/**
 * Mean magnitude around each 5 ms of `length` samples from `start`; zero outside of the samples. Taken over 20 ms, since
 * shorter means would follow the pitch and change with where the first of them falls.
 */
export function envelopeOf(samples: Int16Array, start: number, length: number): Float32Array {
  const points = meansOf(samples, start, length + 3 * ENVELOPE_SAMPLES)
  return Float32Array.from({ length: Math.floor(length / ENVELOPE_SAMPLES) }, (_, point) => {
    const [one = 0, two = 0, three = 0, four = 0] = points.subarray(point, point + 4)
    return (one + two + three + four) / 4
  })
}

function meansOf(samples: Int16Array, start: number, length: number): Float32Array {
  const envelope = new Float32Array(Math.floor(length / ENVELOPE_SAMPLES))
  for (let point = 0; point < envelope.length; point++) {
    let sum = 0
    const from = Math.max(0, start + point * ENVELOPE_SAMPLES)
    const to = Math.min(samples.length, start + (point + 1) * ENVELOPE_SAMPLES)
    for (let index = from; index < to; index++) sum += Math.abs(samples[index] as number)
    envelope[point] = sum / ENVELOPE_SAMPLES
  }
  return envelope
}

/** Normalised correlation of `length` samples, −1 to 1. 0 where either is silent or outside of what came. */
export function correlate(compared: {
  a: Int16Array
  startA: number
  b: Int16Array
  startB: number
  length: number
  /** How much of `b` holds audio. */
  endB: number
  /** Looks at every so many samples. */
  stride: number
}): number {
  const { a, startA, b, startB, length, endB, stride } = compared
  if (startB < 0 || startB + length > endB) return 0
  let product = 0
  let energyA = 0
  let energyB = 0
  for (let index = 0; index < length; index += stride) {
    const valueA = a[startA + index] as number
    const valueB = b[startB + index] as number
    product += valueA * valueB
    energyA += valueA * valueA
    energyB += valueB * valueB
  }
  return energyA === 0 || energyB === 0 ? 0 : product / Math.sqrt(energyA * energyB)
}

function normOf(samples: Int16Array, start: number, length: number): number {
  let energy = 0
  for (let index = start; index < start + length; index++) energy += (samples[index] ?? 0) ** 2
  return Math.sqrt(energy)
}

function loudestStretch(samples: Int16Array): number {
  let best = 0
  let bestNorm = -1
  for (let start = 0; start + ANCHOR_SAMPLES <= samples.length; start += ENVELOPE_SAMPLES) {
    const norm = normOf(samples, start, ANCHOR_SAMPLES)
    if (norm > bestNorm) [best, bestNorm] = [start, norm]
  }
  return best
}

function tileWords(text: string, samples: number): ReferenceWord[] {
  const words = text.split(' ').filter(Boolean)
  const letters = words.reduce((sum, word) => sum + word.length, 0)
  let before = 0
  return words.map((word) => {
    const start = Math.round((before / letters) * samples)
    before += word.length
    return { text: word, start, end: Math.round((before / letters) * samples) }
  })
}
