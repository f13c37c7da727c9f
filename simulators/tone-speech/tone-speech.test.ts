import { describe, expect, it } from '@jest/globals'
import { FRAME_BYTES, SILENCE_BYTE, transcode } from '../../src/provider-kit/audio.ts'
import type { AudioEncoding } from '../../src/provider-kit/audio.ts'
import {
  ALPHABET,
  BURST_BYTES,
  readToneCharacters,
  readToneSpeech,
  synthesizeToneSpeech,
  toSpeakable,
} from './index.ts'

const TEXT = 'Good morning, this is Patchbay. Your table for 2 is ready at 7:30!'
const SHORT_TEXT = 'Ready at 7:30!'
const ENCODINGS: AudioEncoding[] = ['mulaw', 'alaw']
const silence = (encoding: AudioEncoding, bytes: number) => Buffer.alloc(bytes, SILENCE_BYTE[encoding])
const framesOf = (audio: Buffer) =>
  Array.from({ length: Math.ceil(audio.length / FRAME_BYTES) }, (_, index) =>
    audio.subarray(index * FRAME_BYTES, (index + 1) * FRAME_BYTES),
  )

describe.each(ENCODINGS)('tone speech in %s', (encoding) => {
  it('should read back every character of its alphabet', () => {
    expect(readToneSpeech(synthesizeToneSpeech(ALPHABET, encoding), encoding)).toBe(ALPHABET)
  })

  it('should read back a sentence and say where each character starts', () => {
    const audio = Buffer.concat([silence(encoding, 1001), synthesizeToneSpeech(TEXT, encoding)])
    const heard = readToneCharacters(audio, encoding)
    expect(heard.map(({ char }) => char).join('')).toBe(toSpeakable(TEXT))
    expect(heard[10]).toEqual({ char: 'n', atMs: (1001 + 10 * BURST_BYTES) / 8 })
  })

  it('should pass over silence between bursts and drop a burst that was cut', () => {
    const [before, after] = [synthesizeToneSpeech('hello ', encoding), synthesizeToneSpeech('there', encoding)]
    const cut = synthesizeToneSpeech('x', encoding).subarray(0, BURST_BYTES - 60)
    const audio = Buffer.concat([before, silence(encoding, 777), after, cut, silence(encoding, 2000), after, cut])
    expect(readToneSpeech(audio, encoding)).toBe('hello therethere')
  })

  it('should still read after a change of law that was made properly', () => {
    const other = encoding === 'mulaw' ? 'alaw' : 'mulaw'
    const there = transcode({ audio: synthesizeToneSpeech(TEXT, encoding), from: encoding, to: other })
    expect(readToneSpeech(there, other)).toBe(toSpeakable(TEXT))
  })

  it('should read nothing from the wrong law, in either direction', () => {
    const other = encoding === 'mulaw' ? 'alaw' : 'mulaw'
    expect(readToneSpeech(synthesizeToneSpeech(TEXT, encoding), other)).toBe('')
  })

  it('should not read the text where any two neighbouring frames changed places', () => {
    const frames = framesOf(synthesizeToneSpeech(SHORT_TEXT, encoding))
    for (let index = 0; index + 1 < frames.length - 1; index++) {
      const swapped = [...frames]
      ;[swapped[index], swapped[index + 1]] = [frames[index + 1] as Buffer, frames[index] as Buffer]
      expect(readToneSpeech(Buffer.concat(swapped), encoding)).not.toBe(toSpeakable(SHORT_TEXT))
    }
  })

  it('should not read the text where a frame is lost or silent', () => {
    const frames = framesOf(synthesizeToneSpeech(SHORT_TEXT, encoding))
    for (let index = 0; index < frames.length; index += 3) {
      const lost = frames.filter((_, other) => other !== index)
      const silenced = frames.map((frame, other) => (other === index ? silence(encoding, frame.length) : frame))
      expect(readToneSpeech(Buffer.concat(lost), encoding)).not.toBe(toSpeakable(SHORT_TEXT))
      expect(readToneSpeech(Buffer.concat(silenced), encoding)).not.toBe(toSpeakable(SHORT_TEXT))
    }
  })

  it('should hear nothing in silence', () => {
    expect(readToneSpeech(silence(encoding, 16_000), encoding)).toBe('')
  })
})

describe('toSpeakable', () => {
  it('should keep one character for each, lower case and without accents', () => {
    expect(toSpeakable('Añb – “C” 👋 Ω\n7')).toBe('anb - "c"     7')
    expect(synthesizeToneSpeech('👋é', 'mulaw')).toHaveLength(2 * BURST_BYTES)
  })
})
