import { describe, expect, it } from '@jest/globals'
import { createAudioOutbox } from './audio-outbox.ts'

/** Bytes that tell their place, so that a lost or swapped one shows. */
const bytes = (length: number) => Buffer.from(Array.from({ length }, (_, at) => at % 251))

/** 50 to 1,000 ms of 8 kHz G.711, which AssemblyAI takes. */
const FRAMES = { leastBytes: 400, mostBytes: 8000 }

describe('createAudioOutbox', () => {
  it('joins 20 ms frames to 60 ms as soon as these are there, and no later', () => {
    const outbox = createAudioOutbox(FRAMES)
    const sent: number[] = []
    for (let frame = 0; frame < 7; frame++) {
      outbox.add(bytes(160))
      outbox.drain((audio) => sent.push(frame, audio.length))
    }
    expect(sent).toEqual([2, 480, 5, 480])
    expect(outbox.isEmpty).toBe(false)
  })

  it('hands the rest over at the end, and nothing where nothing is left', () => {
    const outbox = createAudioOutbox(FRAMES)
    const sent: Uint8Array[] = []
    outbox.add(bytes(160))
    outbox.drain((audio) => sent.push(audio))
    expect(sent).toEqual([])
    outbox.drain((audio) => sent.push(audio), true)
    outbox.drain((audio) => sent.push(audio), true)
    expect(sent).toEqual([bytes(160)])
    expect(outbox.isEmpty).toBe(true)
  })

  it('hands over at once whatever there is, where nothing is said of frames', () => {
    const outbox = createAudioOutbox()
    const sent: number[] = []
    for (const length of [1, 160, 16_000]) {
      outbox.add(bytes(length))
      outbox.drain((audio) => sent.push(audio.length))
    }
    expect(sent).toEqual([1, 160, 16_000])
  })

  it.each([400, 401, 7999, 8000, 8001, 8100, 16_001, 40_000, 79_999])(
    'cuts %i held bytes into frames of 50 to 1,000 ms without losing one',
    (length) => {
      const outbox = createAudioOutbox(FRAMES)
      const audio = bytes(length)
      for (let at = 0; at < length; at += 160) outbox.add(audio.subarray(at, at + 160))
      const frames: Uint8Array[] = []
      outbox.drain((frame) => frames.push(frame))
      for (const frame of frames) {
        expect(frame.length).toBeGreaterThanOrEqual(400)
        expect(frame.length).toBeLessThanOrEqual(8000)
      }
      expect(Buffer.concat(frames).equals(audio)).toBe(true)
    },
  )

  it('keeps the last 10 s, and passes over what is empty', () => {
    const outbox = createAudioOutbox()
    outbox.add(Buffer.alloc(0))
    expect(outbox.isEmpty).toBe(true)
    for (let second = 0; second < 12; second++) outbox.add(Buffer.alloc(8000, second))
    expect(outbox.hasOverflowed).toBe(true)
    const frames: Uint8Array[] = []
    outbox.drain((frame) => frames.push(frame))
    const kept = Buffer.concat(frames)
    expect([kept.length, kept[0], kept.at(-1)]).toEqual([80_000, 2, 11])
  })
})
