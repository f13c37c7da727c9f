import { describe, expect, it } from '@jest/globals'
import { createPlayback } from './playback.ts'

const setUp = () => {
  const marks: string[] = []
  const playback = createPlayback({ encoding: 'mulaw', onMark: (name) => marks.push(name) })
  return { playback, marks }
}
const tone = (bytes: number, value = 0x10) => Buffer.alloc(bytes, value)

describe('the playback clock', () => {
  it('plays 20 ms a tick, in order, across pieces of any length, and silence after them', () => {
    const { playback } = setUp()
    playback.push(tone(100, 1), 0)
    playback.push(tone(160, 2), 0)
    expect(playback.queuedMs).toBe(32.5)
    expect(Buffer.concat([playback.tick(0), playback.tick(20), playback.tick(40)])).toEqual(
      Buffer.concat([tone(100, 1), tone(160, 2), Buffer.alloc(220, 0xff)]),
    )
    expect(playback.stats).toMatchObject({ frames: 2, oddFrames: 1, bytes: 260, maxQueuedMs: 32.5 })
  })

  it('returns a mark when the audio before it was played, and at once when none is queued', () => {
    const { playback, marks } = setUp()
    playback.mark('first')
    expect(marks).toEqual(['first'])
    playback.push(tone(320), 0)
    playback.mark('second')
    playback.push(tone(160), 0)
    playback.mark('third')
    playback.tick(0)
    expect(marks).toEqual(['first'])
    playback.tick(20)
    expect(marks).toEqual(['first', 'second'])
    expect(playback.pendingMarks).toEqual(['third'])
    playback.tick(40)
    expect(marks).toEqual(['first', 'second', 'third'])
  })

  it('drops everything on clear and returns all marks at once', () => {
    const { playback, marks } = setUp()
    playback.push(tone(1600), 0)
    playback.mark('a')
    playback.mark('b')
    playback.tick(0)
    playback.clear()
    expect(marks).toEqual(['a', 'b'])
    expect(playback.queuedMs).toBe(0)
    expect(playback.tick(20).every((byte) => byte === 0xff)).toBe(true)
    expect(playback.stats).toMatchObject({ clears: 1, underrunMs: 0 })
  })

  it('counts audio that came after it was due, and the silence it caused', () => {
    const { playback } = setUp()
    playback.push(tone(160), 0)
    playback.tick(0)
    playback.tick(20)
    playback.push(tone(160), 33)
    playback.tick(40)
    expect(playback.stats).toMatchObject({ lateFrames: 1, maxLatenessMs: 13, underrunMs: 20 })
  })

  it('counts nothing for audio in time, for a pause of the speaker, behind a mark and after a clear', () => {
    const { playback } = setUp()
    playback.push(tone(160), 0)
    playback.tick(0)
    playback.push(tone(160), 19)
    playback.tick(20)
    playback.push(tone(160), 1000)
    playback.tick(1000)
    playback.mark('end of sentence')
    playback.push(tone(160), 1100)
    playback.tick(1100)
    playback.clear()
    playback.push(tone(160), 1200)
    expect(playback.stats).toMatchObject({ lateFrames: 0, maxLatenessMs: 0, underrunMs: 0, maxPauseAfterMarkMs: 80 })
  })
})
