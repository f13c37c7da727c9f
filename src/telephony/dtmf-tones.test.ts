import { describe, expect, it } from '@jest/globals'
import { decodeAlaw, decodeMulaw, SILENCE_BYTE } from '../provider-kit/index.ts'
import type { AudioEncoding } from '../provider-kit/index.ts'
import { createDtmfTones } from './dtmf-tones.ts'

const FREQUENCIES = [697, 770, 852, 941, 1209, 1336, 1477, 1633]

/** Power of one frequency in a piece of audio, by Goertzel. */
const powerAt = (samples: readonly number[], frequency: number): number => {
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

const strongest = (samples: readonly number[]): number[] =>
  [...FREQUENCIES]
    .sort((left, right) => powerAt(samples, right) - powerAt(samples, left))
    .slice(0, 2)
    .sort((left, right) => left - right)

describe('the tones of keys', () => {
  it.each<[AudioEncoding, (byte: number) => number]>([
    ['mulaw', decodeMulaw],
    ['alaw', decodeAlaw],
  ])('should be the two frequencies of each key in %s, 100 ms on and 100 ms off', (encoding, decode) => {
    const digits = '0123456789ABCD*#'
    const audio = createDtmfTones({ digits, encoding })
    expect(audio).toHaveLength(digits.length * 1600)
    const expected: Record<string, [number, number]> = {
      '1': [697, 1209],
      '5': [770, 1336],
      '#': [941, 1477],
      D: [941, 1633],
    }
    for (const [index, digit] of [...digits].entries()) {
      const tone = [...audio.subarray(index * 1600, index * 1600 + 800)].map(decode)
      const pause = audio.subarray(index * 1600 + 800, (index + 1) * 1600)
      const heard = strongest(tone)
      expect(heard[0]).toBeLessThan(1000)
      expect(heard[1]).toBeGreaterThan(1000)
      if (expected[digit]) expect(heard).toEqual(expected[digit])
      expect(pause.every((byte) => byte === SILENCE_BYTE[encoding])).toBe(true)
    }
    const all = [...digits].map((_, index) =>
      strongest([...audio.subarray(index * 1600, index * 1600 + 800)].map(decode)).join(' '),
    )
    expect(new Set(all).size).toBe(16)
  })

  it.each(['', 'E', '1 2', '1w2', '1'.repeat(33)])('should be refused for "%s"', (digits) => {
    expect(() => createDtmfTones({ digits, encoding: 'mulaw' })).toThrow(RangeError)
  })
})
