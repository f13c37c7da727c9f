import { decodeAlaw, decodeMulaw } from '../../src/provider-kit/audio.ts'
import type { AudioEncoding } from '../../src/provider-kit/audio.ts'
import { BURST_BYTES, WAVEFORMS } from './synthesize-tone-speech.ts'

/** One character that was heard whole, and where in the recording it starts, in ms. */
export type HeardCharacter = { char: string; atMs: number }

/** Below this magnitude (of 32,768) a sample is silence; a burst's first sample is far above it. */
const SILENCE_LEVEL = 400
/** G.711 and one change of law leave a correlation above 0.998; the wrong law or a swapped frame falls below 0.9. */
const MIN_CORRELATION = 0.97
/** A burst must be as loud as it was made, within this factor. */
const MAX_GAIN = 1.15

const LINEAR: Record<AudioEncoding, Int16Array> = {
  mulaw: Int16Array.from({ length: 256 }, (_, byte) => decodeMulaw(byte)),
  alaw: Int16Array.from({ length: 256 }, (_, byte) => decodeAlaw(byte)),
}

const energyOf = (samples: Int16Array, start: number): number => {
  let energy = 0
  for (let index = start; index < start + BURST_BYTES; index++) energy += (samples[index] as number) ** 2
  return energy
}

const TEMPLATES = [...WAVEFORMS].map(([char, samples]) => ({ char, samples, energy: energyOf(samples, 0) }))

/** The character whose burst starts exactly at `start`, if one does. */
const matchAt = (samples: Int16Array, start: number): string | undefined => {
  if (start + BURST_BYTES > samples.length) return undefined
  const energy = energyOf(samples, start)
  for (const template of TEMPLATES) {
    const gain = Math.sqrt(energy / template.energy)
    if (gain > MAX_GAIN || gain < 1 / MAX_GAIN) continue
    let product = 0
    for (let index = 0; index < BURST_BYTES; index++) {
      product += (samples[start + index] as number) * (template.samples[index] as number)
      // A burst of another character is told within its first tones.
      if (index === 119 && product < 0.3 * template.energy * (120 / BURST_BYTES)) break
    }
    if (product / Math.sqrt(energy * template.energy) >= MIN_CORRELATION) return template.char
  }
  return undefined
}

/**
 * The characters that a recording of `synthesizeToneSpeech` contains whole, with their places. Silence anywhere between
 * bursts is passed over; a burst that was cut, reordered or put into the wrong law is not a character.
 * @param audio headerless 8 kHz G.711
 */
export function readToneCharacters(audio: Uint8Array, encoding: AudioEncoding): HeardCharacter[] {
  const table = LINEAR[encoding]
  const samples = Int16Array.from(audio, (byte) => table[byte] as number)
  const heard: HeardCharacter[] = []
  let position = 0
  while (position + BURST_BYTES <= samples.length) {
    const char = Math.abs(samples[position] as number) > SILENCE_LEVEL ? matchAt(samples, position) : undefined
    if (char === undefined) {
      position++
      continue
    }
    heard.push({ char, atMs: position / 8 })
    position += BURST_BYTES
  }
  return heard
}

/**
 * Reads back what a recording says: exactly the words that whoever was recorded heard.
 * @param audio headerless 8 kHz G.711
 * @returns the text as `toSpeakable` writes it
 */
export const readToneSpeech = (audio: Uint8Array, encoding: AudioEncoding): string =>
  readToneCharacters(audio, encoding)
    .map(({ char }) => char)
    .join('')
