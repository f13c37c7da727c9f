import { encodeAlaw, encodeMulaw } from './audio.ts'
import type { AudioEncoding } from './audio.ts'

/** Rates at which providers deliver linear PCM, in samples per second. */
export type PcmRate = 16000 | 24000 | 32000 | 44100 | 48000

export type Resampler = {
  /**
   * Takes 16-bit little-endian mono PCM of any length in bytes; half a sample at its end is kept for the next chunk.
   * @returns the 8 kHz samples that are settled by now, 2.7 ms behind the input; possibly none
   */
  push(pcm: Uint8Array): Int16Array
  /** Ends the recording: the samples still owed, as if silence followed. The next `push` begins a new recording. */
  flush(): Int16Array
}

type Filter = {
  /** Output samples after which the phases repeat. */
  interpolation: number
  /** Input samples in which `interpolation` output samples lie. */
  decimation: number
  /** Input samples to either side of an output sample that count. */
  reach: number
  /** One row for each place of an output sample between two input samples; a row sums to 1. */
  phases: readonly Float64Array[]
}

/** The pass band ends at 3.4 kHz, the stop band begins at 4.2 kHz; the cut is half-way. */
const CUTOFF_HZ = 3800
const TRANSITION_HZ = 800
/** Attenuation of the stop band that the window is made for, in dB. */
const STOP_DB = 70
/**
 * The window's shape and the length of the filter, by Kaiser's formulas.
 * Source: Oppenheim and Schafer, Discrete-Time Signal Processing, section 7.5.3
 */
const KAISER_BETA = 0.1102 * (STOP_DB - 8.7)
const REACH_SECONDS = (STOP_DB - 7.95) / (2.285 * 2 * Math.PI * TRANSITION_HZ) / 2

/** The modified Bessel function of the first kind and order zero, by its power series. */
const besselI0 = (x: number): number => {
  let sum = 1
  for (let term = 1, k = 1; term > sum * 1e-12; k++) {
    term *= (x / (2 * k)) ** 2
    sum += term
  }
  return sum
}

const greatestDivisor = (a: number, b: number): number => (b === 0 ? a : greatestDivisor(b, a % b))

const createFilter = (fromRate: number, toRate: number): Filter => {
  const divisor = greatestDivisor(fromRate, toRate)
  const interpolation = toRate / divisor
  const decimation = fromRate / divisor
  const halfWidth = REACH_SECONDS * fromRate
  const reach = Math.ceil(halfWidth)
  const weightAt = (distance: number): number => {
    if (Math.abs(distance) >= halfWidth) return 0
    const angle = (2 * Math.PI * CUTOFF_HZ * distance) / fromRate
    return (
      (angle === 0 ? 1 : Math.sin(angle) / angle) * besselI0(KAISER_BETA * Math.sqrt(1 - (distance / halfWidth) ** 2))
    )
  }
  const phases = Array.from({ length: interpolation }, (_, phase) => {
    const row = Float64Array.from({ length: 2 * reach + 1 }, (_, tap) => weightAt(phase / interpolation + reach - tap))
    const sum = row.reduce((total, weight) => total + weight, 0)
    return row.map((weight) => weight / sum)
  })
  return { interpolation, decimation, reach, phases }
}

const saturate = (sample: number): number => Math.max(-32768, Math.min(32767, Math.round(sample)))

/**
 * Brings a provider's linear PCM down to the telephone's 8 kHz: a polyphase low-pass of a Kaiser-windowed sinc, flat to
 * 3.4 kHz and 70 dB down from 4.2 kHz, so that hardly anything above the telephone's band folds back into it. Its delay
 * is removed: output sample n lies at the time of input sample n × `fromRate` / 8,000. However the input is cut into
 * chunks, the output is the same: for N input samples ⌈N × 8,000 / `fromRate`⌉ samples, too loud ones limited to 16 bits.
 */
export function createResampler({ fromRate, toRate }: { fromRate: PcmRate; toRate: 8000 }): Resampler {
  const { interpolation, decimation, reach, phases } = createFilter(fromRate, toRate)
  /** Input samples that still count; the first one is number `firstIndex` of the recording. */
  let window: Int16Array = new Int16Array(reach)
  let firstIndex = -reach
  let produced = 0
  let oddByte: number | undefined

  const append = (samples: Int16Array) => {
    const joined = new Int16Array(window.length + samples.length)
    joined.set(window)
    joined.set(samples, window.length)
    window = joined
  }

  /** Makes every output sample whose centre lies before `limit` and drops the input that no later one needs. */
  const produceUntil = (limit: number): Int16Array => {
    const end = Math.max(produced, Math.ceil((limit * interpolation) / decimation))
    const output = new Int16Array(end - produced)
    for (let index = 0; index < output.length; index++, produced++) {
      const row = phases[(produced * decimation) % interpolation] as Float64Array
      const start = Math.floor((produced * decimation) / interpolation) - reach - firstIndex
      let sum = 0
      for (let tap = 0; tap < row.length; tap++) sum += (row[tap] as number) * (window[start + tap] as number)
      output[index] = saturate(sum)
    }
    const needed = Math.floor((produced * decimation) / interpolation) - reach
    window = window.slice(Math.max(0, needed - firstIndex))
    firstIndex = Math.max(firstIndex, needed)
    return output
  }

  const readSamples = (pcm: Uint8Array): Int16Array => {
    const bytes = oddByte === undefined ? Buffer.from(pcm) : Buffer.concat([Uint8Array.of(oddByte), pcm])
    oddByte = bytes.length % 2 === 1 ? bytes[bytes.length - 1] : undefined
    return Int16Array.from({ length: bytes.length >> 1 }, (_, index) => bytes.readInt16LE(index * 2))
  }

  return {
    push(pcm) {
      append(readSamples(pcm))
      return produceUntil(firstIndex + window.length - reach)
    },
    flush() {
      const length = firstIndex + window.length
      append(new Int16Array(reach + 1))
      const rest = produceUntil(length)
      window = new Int16Array(reach)
      firstIndex = -reach
      produced = 0
      oddByte = undefined
      return rest
    },
  }
}

/** Encodes 16-bit linear samples as headerless G.711, one byte each. */
export function encodeG711(samples: Int16Array, encoding: AudioEncoding): Uint8Array {
  const encode = encoding === 'mulaw' ? encodeMulaw : encodeAlaw
  const audio = Buffer.allocUnsafe(samples.length)
  for (let index = 0; index < samples.length; index++) audio[index] = encode(samples[index] as number)
  return audio
}
