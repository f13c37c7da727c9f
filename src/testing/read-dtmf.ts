import { decodeAlaw, decodeMulaw } from '../provider-kit/index.ts'
import type { AudioEncoding } from '../provider-kit/index.ts'

const ROWS = [697, 770, 852, 941]
const COLUMNS = [1209, 1336, 1477, 1633]
const KEYS = ['123A', '456B', '789C', '*0#D']
const WINDOW = 320
/** Mean power of a sample above which a window is a tone and no silence. */
const LEAST_POWER = 1e5
/** Both tones of a key hold nearly all of the power of their window. */
const LEAST_SHARE = 0.8

/** Power of one frequency in 8 kHz samples, by Goertzel. */
export function powerAt(samples: readonly number[], frequency: number): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * frequency) / 8000)
  let previous = 0
  let beforeThat = 0
  for (const sample of samples) {
    const current = sample + coefficient * previous - beforeThat
    beforeThat = previous
    previous = current
  }
  return previous ** 2 + beforeThat ** 2 - coefficient * previous * beforeThat
}

const strongest = (samples: readonly number[], frequencies: readonly number[]) => {
  const powers = frequencies.map((frequency) => powerAt(samples, frequency))
  const power = Math.max(...powers)
  return { index: powers.indexOf(power), power }
}

const keyOf = (samples: readonly number[]): string => {
  const energy = samples.reduce((sum, sample) => sum + sample ** 2, 0)
  if (energy / samples.length < LEAST_POWER) return ''
  const row = strongest(samples, ROWS)
  const column = strongest(samples, COLUMNS)
  const share = (2 * (row.power + column.power)) / (samples.length * energy)
  return share < LEAST_SHARE ? '' : (KEYS[row.index]?.[column.index] ?? '')
}

/** The keys whose tones are heard in audio, in order. @param audio 8 kHz G.711 */
export function readDtmf(audio: Uint8Array, encoding: AudioEncoding): string {
  const decode = encoding === 'mulaw' ? decodeMulaw : decodeAlaw
  let keys = ''
  let former = ''
  for (let at = 0; at + WINDOW <= audio.length; at += WINDOW / 2) {
    const key = keyOf([...audio.subarray(at, at + WINDOW)].map(decode))
    if (key && key !== former) keys += key
    former = key
  }
  return keys
}
