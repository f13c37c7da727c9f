import { BURST_BYTES, toSpeakable, WAVEFORMS } from './synthesize-tone-speech.ts'

/** Samples of 8 kHz to either side that make one in between. */
const REACH = 8

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x))

/**
 * The tone voice as linear PCM of a higher rate, free of anything above 4 kHz: brought down to 8 kHz again, by whatever
 * resampler keeps the time, it is read back by `readToneSpeech`.
 * @param options.factor how many times 8 kHz: 3 gives 24 kHz, 6 gives 48 kHz
 * @returns headerless 16-bit little-endian mono samples, 55 ms for each of `Array.from(text)`
 */
export function synthesizeLinearSpeech(text: string, { factor }: { factor: number }): Buffer {
  const low = new Int16Array(Array.from(text).length * BURST_BYTES)
  for (const [index, char] of Array.from(toSpeakable(text)).entries()) {
    low.set(WAVEFORMS.get(char) as Int16Array, index * BURST_BYTES)
  }
  const weights = Array.from({ length: factor }, (_, phase) =>
    Float64Array.from({ length: 2 * REACH + 1 }, (_, tap) => {
      const distance = phase / factor - (tap - REACH)
      return Math.abs(distance) >= REACH ? 0 : sinc(distance) * sinc(distance / REACH)
    }),
  )
  const pcm = Buffer.allocUnsafe(low.length * factor * 2)
  for (let out = 0; out < low.length * factor; out++) {
    const row = weights[out % factor] as Float64Array
    const centre = Math.floor(out / factor)
    let sum = 0
    for (let tap = 0; tap <= 2 * REACH; tap++) sum += (row[tap] as number) * (low[centre + tap - REACH] ?? 0)
    pcm.writeInt16LE(Math.max(-32768, Math.min(32767, Math.round(sum))), out * 2)
  }
  return pcm
}
