import { describe, expect, it } from '@jest/globals'
import { decodeAlaw, decodeMulaw } from './audio.ts'
import { createResampler, encodeG711 } from './resample.ts'
import type { PcmRate } from './resample.ts'

const RATES: PcmRate[] = [16000, 24000, 32000, 44100, 48000]

const toPcm = (length: number, sampleAt: (index: number) => number): Buffer => {
  const pcm = Buffer.alloc(length * 2)
  for (let index = 0; index < length; index++) pcm.writeInt16LE(Math.round(sampleAt(index)), index * 2)
  return pcm
}
const toneOf = (rate: number, hertz: number, { amplitude = 16000, length = rate / 4 } = {}) =>
  toPcm(length, (index) => amplitude * Math.sin((2 * Math.PI * hertz * index) / rate))

const resample = (fromRate: PcmRate, chunks: readonly Uint8Array[]): Int16Array => {
  const resampler = createResampler({ fromRate, toRate: 8000 })
  const parts = [...chunks.map((chunk) => resampler.push(chunk)), resampler.flush()]
  return Int16Array.from(parts.flatMap((part) => [...part]))
}
/** Level of the steady middle in dB over a sine of 16,000. */
const levelOf = (samples: Int16Array): number => {
  const middle = samples.subarray(200, 1800)
  const power = middle.reduce((sum, sample) => sum + sample ** 2, 0) / middle.length
  return 10 * Math.log10(Math.max(power, 1e-9) / (16000 ** 2 / 2))
}

describe.each(RATES)('resampling %i Hz to 8 kHz', (rate) => {
  it.each([300, 1000, 2000, 3400])('should keep the level of a tone of %i Hz', (hertz) => {
    expect(Math.abs(levelOf(resample(rate, [toneOf(rate, hertz)])))).toBeLessThan(0.2)
  })

  it.each([4400, 5000, 7000, 12000, 20000].filter((hertz) => hertz < rate / 2))(
    'should remove a tone of %i Hz, which would fold back',
    (hertz) => {
      expect(levelOf(resample(rate, [toneOf(rate, hertz)]))).toBeLessThan(-60)
    },
  )

  it('should delay nothing: a tone keeps its phase', () => {
    const samples = resample(rate, [toneOf(rate, 1000)])
    const expected = Array.from(samples, (_, index) => 16000 * Math.sin((2 * Math.PI * 1000 * index) / 8000))
    for (let index = 100; index < 1900; index++) {
      expect(Math.abs((samples[index] as number) - (expected[index] as number))).toBeLessThan(60)
    }
  })

  it('should give the same output however the input is cut, odd bytes included', () => {
    const pcm = toPcm(3001, (index) => 12000 * Math.sin(index / 7) + ((index * 7919) % 4001) - 2000)
    const whole = resample(rate, [pcm])
    for (const sizes of [[1], [3, 1, 2], [160], [959, 2], [4096, 0, 7]]) {
      const chunks: Buffer[] = []
      for (let at = 0, turn = 0; at < pcm.length; turn++) {
        const size = sizes[turn % sizes.length] as number
        chunks.push(pcm.subarray(at, at + size))
        at += size
      }
      expect(resample(rate, chunks)).toEqual(whole)
    }
  })

  it.each([0, 1, 5, 6, 7, 441, 960, 48000])('should make the right number of samples of %i', (length) => {
    expect(resample(rate, [Buffer.alloc(length * 2)])).toHaveLength(Math.ceil((length * 8000) / rate))
  })

  it('should leave silence silent and a constant level as it is', () => {
    expect(resample(rate, [Buffer.alloc(rate)]).every((sample) => sample === 0)).toBe(true)
    const constant = resample(rate, [toPcm(rate / 4, () => 12345)]).subarray(100, 1900)
    expect(new Set(constant)).toEqual(new Set([12345]))
  })

  it('should limit what is too loud instead of wrapping it round', () => {
    const square = toPcm(rate / 4, (index) => (Math.floor((index * 400) / rate) % 2 === 0 ? 32767 : -32768))
    const samples = resample(rate, [square])
    expect(Math.max(...samples)).toBe(32767)
    expect(Math.min(...samples)).toBe(-32768)
    // 20 samples of 8 kHz to a half wave: its middle has the sign of the wave.
    for (let half = 1; half < 99; half++) {
      expect(Math.sign(samples[half * 20 + 10] as number)).toBe(half % 2 === 0 ? 1 : -1)
      expect(Math.sign(samples[half * 20 + 3] as number)).toBe(half % 2 === 0 ? 1 : -1)
    }
  })

  it('should begin anew after its end, without half a sample of before', () => {
    const resampler = createResampler({ fromRate: rate, toRate: 8000 })
    const tone = toneOf(rate, 700)
    const first = [...resampler.push(tone), ...resampler.flush()]
    resampler.push(Buffer.concat([tone, Uint8Array.of(9)]))
    resampler.flush()
    expect([...resampler.push(tone), ...resampler.flush()]).toEqual(first)
  })

  it('should keep up: 20 ms after 20 ms, at most 2.7 ms behind', () => {
    const resampler = createResampler({ fromRate: rate, toRate: 8000 })
    const frame = Buffer.alloc((rate / 50) * 2)
    let made = 0
    for (let sent = 1; sent <= 10; sent++) {
      made += resampler.push(frame).length
      expect(sent * 160 - made).toBeLessThanOrEqual(23)
    }
  })
})

describe('encoding linear samples as G.711', () => {
  it.each([
    ['mulaw', decodeMulaw],
    ['alaw', decodeAlaw],
  ] as const)('should be read back as %s', (encoding, decode) => {
    const samples = Int16Array.from([0, 1, -1, 100, -100, 5000, -5000, 32767, -32768])
    const read = Array.from(encodeG711(samples, encoding), decode)
    for (const [index, sample] of samples.entries()) {
      expect(Math.abs((read[index] as number) - sample)).toBeLessThanOrEqual(Math.max(16, Math.abs(sample) * 0.04))
    }
  })
})
