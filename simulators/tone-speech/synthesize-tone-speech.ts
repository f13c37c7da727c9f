import { encodeAlaw, encodeMulaw } from '../../src/provider-kit/audio.ts'
import type { AudioEncoding } from '../../src/provider-kit/audio.ts'

/** Length of one character, in ms. Not a multiple of a 20 ms frame, so that whoever cuts frames must carry a rest over. */
export const BURST_MS = 55
/** Bytes (and samples) of one character in 8 kHz G.711. */
export const BURST_BYTES = BURST_MS * 8

/** Every character that has a burst of its own. */
export const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789 .,!?\'"-:;()%$€&/+*#@='

/** A burst is 11 tones of 5 ms; multiples of 200 Hz, because they fit 5 ms in whole cycles. */
const TONE_SAMPLES = 40
const TONES_HZ = [400, 600, 800, 1000, 1200, 1400, 1600, 1800, 2000]
const AMPLITUDE = 9000

/**
 * The order of tones that is this character. It differs within the burst from tone to tone, so that a burst with swapped
 * or lost frames is no longer the character.
 */
const toneSequence = (index: number): number[] => {
  let state = (index + 1) * 2654435761
  let previous = -1
  return Array.from({ length: BURST_BYTES / TONE_SAMPLES }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    const step = 1 + ((state >>> 16) % (TONES_HZ.length - 1))
    previous = previous < 0 ? (state >>> 16) % TONES_HZ.length : (previous + step) % TONES_HZ.length
    return TONES_HZ[previous] as number
  })
}

/** A burst starts at full amplitude, so that its first sample tells it from silence. */
const waveformOf = (index: number): Int16Array => {
  const tones = toneSequence(index)
  return Int16Array.from({ length: BURST_BYTES }, (_, sample) => {
    const hertz = tones[Math.floor(sample / TONE_SAMPLES)] as number
    return Math.round(AMPLITUDE * Math.cos((2 * Math.PI * hertz * sample) / 8000))
  })
}

/** 16-bit linear samples of each character's burst. */
export const WAVEFORMS: ReadonlyMap<string, Int16Array> = new Map(
  [...ALPHABET].map((char, index) => [char, waveformOf(index)]),
)

const encodeAll = (encode: (sample: number) => number): ReadonlyMap<string, Uint8Array> =>
  new Map([...WAVEFORMS].map(([char, samples]) => [char, Uint8Array.from(samples, encode)]))

const BURSTS: Record<AudioEncoding, ReadonlyMap<string, Uint8Array>> = {
  mulaw: encodeAll(encodeMulaw),
  alaw: encodeAll(encodeAlaw),
}

const LOOKALIKES: Readonly<Record<string, string>> = {
  '’': "'",
  '‘': "'",
  '“': '"',
  '”': '"',
  '–': '-',
  '—': '-',
  '…': '.',
}

const toSpeakableChar = (char: string): string => {
  const plain = LOOKALIKES[char] ?? (char.normalize('NFD')[0] as string).toLowerCase()
  return WAVEFORMS.has(plain) ? plain : ' '
}

/**
 * The text as the tone voice speaks it, and as it is read back: lower case, without accents, a blank for every character
 * that has no burst. It has as many characters as `Array.from(text)`.
 */
export const toSpeakable = (text: string): string => Array.from(text, toSpeakableChar).join('')

/**
 * A deterministic stand-in for speech: each character becomes a burst of tones that `readToneSpeech` reads back.
 * @returns headerless 8 kHz G.711, `BURST_BYTES` for each of `Array.from(text)`
 */
export function synthesizeToneSpeech(text: string, encoding: AudioEncoding): Buffer {
  const bursts = BURSTS[encoding]
  const chars = Array.from(text)
  const audio = Buffer.allocUnsafe(chars.length * BURST_BYTES)
  for (const [index, char] of chars.entries())
    audio.set(bursts.get(toSpeakableChar(char)) as Uint8Array, index * BURST_BYTES)
  return audio
}
