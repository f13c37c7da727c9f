import { beforeEach, describe, expect, it } from '@jest/globals'
import type { PlaybackClock } from './playback-clock.ts'
import { createPlaybackClock } from './playback-clock.ts'
import type { FakeCarrier } from './testing/fake-carrier.ts'
import { createFakeCarrier } from './testing/fake-carrier.ts'
import type { ManualClock } from './testing/manual-clock.ts'
import { createManualClock } from './testing/manual-clock.ts'

/** Audio whose frame n is filled with n + 1. */
const audioOf = (frames: number): Buffer => {
  const audio = Buffer.alloc(frames * 160)
  for (let frame = 0; frame < frames; frame++) audio.fill(frame + 1, frame * 160, (frame + 1) * 160)
  return audio
}
const framesOf = (audio: Buffer): number[] =>
  Array.from({ length: Math.floor(audio.length / 160) }, (_, frame) => audio[frame * 160] as number)

describe('playback clock', () => {
  let clock: ManualClock
  let carrier: FakeCarrier
  let playback: PlaybackClock
  let happened: string[]
  let recorded: { frame: number; atMs: number }[]

  const setUp = (markDelayMs: number | null = 30) => {
    clock = createManualClock(0)
    carrier = createFakeCarrier(clock, { markDelayMs })
    happened = []
    recorded = []
    playback = createPlaybackClock({
      encoding: 'mulaw',
      media: carrier,
      onFirstFrame: (now) => happened.push(`first-frame ${now}`),
      onFirstMark: (now) => happened.push(`first-mark ${now}`),
      onFinished: (now) => happened.push(`finished ${now}`),
      onHeardFrame: (frame, atMs) => recorded.push({ frame: frame[0] as number, atMs }),
    })
    carrier.onMark = (name) => playback.acknowledge(name, clock.now())
    clock.ticker.add({
      tick: () => playback.tick(clock.now()),
      fail: (error) => {
        throw error
      },
    })
  }
  beforeEach(() => setUp())

  it('sends 200 ms ahead at once and 20 ms a tick from then on', async () => {
    const generation = playback.begin(0)
    playback.append(generation, audioOf(50), 0)
    expect(carrier.frames).toHaveLength(10)
    await clock.advance(400)
    expect(carrier.frames).toHaveLength(30)
    expect(framesOf(Buffer.concat(carrier.frames))).toEqual(Array.from({ length: 30 }, (_, index) => index + 1))
  })

  it('sends evenly although the beats come a little early and late', () => {
    const generation = playback.begin(0)
    playback.append(generation, audioOf(400), 0)
    for (const start of [0, 2_000.5, 4_010, 6_019.5]) {
      for (let beat = 1; beat <= 50; beat++) {
        const before = carrier.frames.length
        playback.tick(start + beat * 20 + (beat % 2 ? 3 : -3))
        if (beat > 1) expect(carrier.frames.length - before).toBe(1)
      }
    }
  })

  it('fills the last frame with silence and finishes when its mark comes back', async () => {
    const generation = playback.begin(0)
    playback.append(generation, audioOf(3).subarray(0, 400), 0)
    expect(carrier.frames).toHaveLength(2)
    playback.complete(generation, 0)
    expect(carrier.frames).toHaveLength(3)
    expect(carrier.frames[2]).toEqual(Buffer.concat([Buffer.alloc(80, 3), Buffer.alloc(80, 0xff)]))
    await clock.advance(80)
    expect(happened).toEqual(['first-frame 0'])
    await clock.advance(20)
    expect(happened).toEqual(['first-frame 0', 'first-mark 90', 'finished 90'])
  })

  it('sets a mark every 240 ms and counts as heard the last one that came back plus the time since', async () => {
    const generation = playback.begin(0)
    playback.append(generation, audioOf(100), 0)
    await clock.advance(260)
    expect(playback.heardMs(clock.now())).toBe(240)
    await clock.advance(20)
    expect(happened).toContain('first-mark 270')
    expect(playback.heardMs(clock.now())).toBe(250)
  })

  it('does not believe in audio whose mark is overdue', async () => {
    setUp(500)
    const generation = playback.begin(0)
    playback.append(generation, audioOf(100), 0)
    await clock.advance(600)
    expect(playback.heardMs(clock.now())).toBe(240)
  })

  it('believes the clock with a carrier that returns no marks at all, and still finishes', async () => {
    setUp(null)
    const generation = playback.begin(0)
    playback.append(generation, audioOf(200), 0)
    playback.complete(generation, 0)
    await clock.advance(3_000)
    expect(playback.heardMs(clock.now())).toBe(3_000)
    await clock.advance(2_020)
    expect(happened.at(-1)).toMatch('finished 50')
  })

  it('falls silent within the tick and resumes from what was heard, losing and repeating nothing', async () => {
    const generation = playback.begin(0)
    playback.append(generation, audioOf(60), 0)
    playback.complete(generation, 0)
    await clock.advance(520)
    playback.hold(clock.now())
    expect(carrier.clears).toBe(1)
    const sent = carrier.frames.length
    await clock.advance(700)
    expect(carrier.frames).toHaveLength(sent)
    const heardMs = playback.heardMs(clock.now())
    expect(heardMs).toBeGreaterThan(450)
    expect(heardMs).toBeLessThanOrEqual(520)
    playback.release(clock.now())
    expect(carrier.frames[sent]?.[0]).toBe(heardMs / 20 + 1)
    await clock.advance(2_000)
    expect(happened.at(-1)).toMatch('finished')
    expect(recorded.map(({ frame }) => frame)).toEqual(Array.from({ length: 60 }, (_, index) => index + 1))
  })

  it('takes marks that `clear` gave back for no proof', async () => {
    setUp(100)
    const generation = playback.begin(0)
    playback.append(generation, audioOf(100), 0)
    await clock.advance(100)
    playback.hold(clock.now())
    const before = playback.heardMs(clock.now())
    await clock.advance(200)
    expect(playback.heardMs(clock.now())).toBe(before)
    playback.release(clock.now())
    expect(playback.heardMs(clock.now())).toBe(before)
    // Resumed at once, so that marks of before and after the pause are out together.
    await clock.advance(100)
    playback.hold(clock.now())
    playback.release(clock.now())
    await clock.advance(150)
    expect(happened).toEqual(['first-frame 0'])
  })

  it('drops audio and the end of a stopped utterance', async () => {
    const former = playback.begin(0)
    playback.append(former, audioOf(20), 0)
    await clock.advance(60)
    expect(playback.stop(clock.now())).toBeCloseTo(60)
    const sent = carrier.frames.length
    playback.append(former, audioOf(20), clock.now())
    const next = playback.begin(clock.now())
    playback.append(former, audioOf(20), clock.now())
    playback.complete(former, clock.now())
    expect(carrier.frames).toHaveLength(sent)
    playback.append(next, Buffer.alloc(160, 99), clock.now())
    expect(carrier.frames.at(-1)?.[0]).toBe(99)
    expect(playback.isComplete()).toBe(false)
  })

  it('holds back an utterance that has not begun, without a word to the carrier', () => {
    const generation = playback.begin(0)
    playback.hold(0)
    playback.append(generation, audioOf(5), 0)
    expect([carrier.frames.length, carrier.clears]).toEqual([0, 0])
    playback.release(0)
    expect(carrier.frames).toHaveLength(5)
  })

  it('records what was heard at the time it was played, over a stall of the voice too', async () => {
    const generation = playback.begin(0)
    playback.append(generation, audioOf(2), 0)
    await clock.advance(500)
    playback.append(generation, audioOf(4).subarray(320), clock.now())
    playback.complete(generation, clock.now())
    await clock.advance(500)
    expect(recorded).toEqual([
      { frame: 1, atMs: 0 },
      { frame: 2, atMs: 20 },
      { frame: 3, atMs: 500 },
      { frame: 4, atMs: 520 },
    ])
  })

  it('is not confused by an owner that stops it while it sends', () => {
    const send = carrier.send
    carrier.send = (payload) => {
      carrier.send = send
      send(payload)
      playback.stop(0)
    }
    playback.append(playback.begin(0), audioOf(5), 0)
    expect(carrier.frames).toHaveLength(1)
    expect(happened).toEqual([])
    playback.append(playback.begin(0), audioOf(5), 0)
    expect(framesOf(Buffer.concat(carrier.frames.slice(1)))).toEqual([1, 2, 3, 4, 5])
  })

  it('finishes an utterance without audio', () => {
    const generation = playback.begin(0)
    playback.complete(generation, 0)
    expect(happened).toEqual(['finished 0'])
  })
})
