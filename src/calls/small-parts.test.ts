import { describe, expect, it } from '@jest/globals'
import { encodeAlaw, encodeMulaw } from '../provider-kit/index.ts'
import { createAudioRing } from './audio-ring.ts'
import { createAudioStore } from './audio-store.ts'
import { createAlarms } from './deadlines.ts'
import { createHistory } from './history.ts'
import { createTurnClock } from './latency.ts'
import { createSpeechMeter } from './speech-meter.ts'
import { createTranscript } from './transcript.ts'

describe('audio ring', () => {
  it('keeps the newest bytes in order and forgets them when they are final', () => {
    const ring = createAudioRing(10)
    ring.write(Buffer.from([1, 2, 3, 4, 5, 6]))
    ring.write(Buffer.from([7, 8, 9, 10, 11, 12]))
    expect([...ring.read()]).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    ring.reset()
    expect(ring.read()).toHaveLength(0)
    ring.write(Buffer.from([1, 2]))
    expect([...ring.read()]).toEqual([1, 2])
    ring.write(Buffer.alloc(25, 9))
    expect([...ring.read()]).toEqual(Array(10).fill(9))
  })
})

describe('audio store', () => {
  it('gives whole frames back whatever pieces they came in, and lets go of what was heard', () => {
    const store = createAudioStore('alaw')
    const audio = Buffer.from({ length: 160 * 250 + 10 } as ArrayLike<number>)
    for (let index = 0; index < audio.length; index++) audio[index] = index % 251
    for (let at = 0; at < audio.length; at += 333) store.append(audio.subarray(at, at + 333))
    expect(store.length()).toBe(audio.length)
    store.pad()
    expect(store.length()).toBe(160 * 251)
    for (let frame = 0; frame < 250; frame++) {
      expect(Buffer.from(store.frame(frame * 160))).toEqual(audio.subarray(frame * 160, frame * 160 + 160))
    }
    expect([store.frame(40_000)[9], store.frame(40_000)[10]]).toEqual([audio.at(-1), 0xd5])
    store.release(160 * 120)
    expect(() => store.frame(0)).toThrow(RangeError)
    expect(store.frame(160 * 120)[0]).toBe(audio[160 * 120])
  })
})

describe('alarms', () => {
  it('go off once, in time, and can be moved and cleared', () => {
    const due: string[] = []
    const alarms = createAlarms<'a' | 'b' | 'c'>((name) => due.push(name))
    alarms.set('a', 10)
    alarms.set('b', 20)
    alarms.set('c', 20)
    alarms.set('a', 15)
    alarms.clear('c')
    alarms.check(14)
    expect(due).toEqual([])
    alarms.check(30)
    alarms.check(40)
    expect(due).toEqual(['a', 'b'])
  })

  it('may be set anew from within', () => {
    let count = 0
    const alarms = createAlarms<'a'>(() => {
      count++
      alarms.set('a', 20)
    })
    alarms.set('a', 10)
    alarms.check(10)
    alarms.check(19)
    expect(count).toBe(1)
    alarms.check(20)
    expect(count).toBe(2)
  })
})

describe('history', () => {
  it('joins words that nobody answered and leaves out what nobody heard', () => {
    const history = createHistory()
    history.addAgent('Hello.')
    history.addCaller('One')
    history.addAgent('')
    history.addCaller('two')
    expect(history.messages('three')).toEqual([
      { role: 'assistant', content: 'Hello.' },
      { role: 'user', content: 'One two three' },
    ])
    expect(history.messages()[1]?.content).toBe('One two')
    expect(history.isUnanswered()).toBe(true)
    history.addAgent('Yes')
    expect(history.isUnanswered()).toBe(false)
  })
})

describe('transcript', () => {
  it('shows a live answer as far as it got without changing the record', () => {
    const transcript = createTranscript()
    transcript.openAgent(100)
    expect(transcript.entries({ text: 'Hello there', heard: 'Hello', endMs: 300 })).toEqual([
      { speaker: 'agent', text: 'Hello there', heard: 'Hello', startMs: 100, endMs: 300 },
    ])
    const before = transcript.revision()
    transcript.closeAgent({ text: 'Hello there', endMs: 500 })
    expect(transcript.revision()).not.toBe(before)
    expect(transcript.entries()).toEqual([{ speaker: 'agent', text: 'Hello there', startMs: 100, endMs: 500 }])
  })
})

describe('turn clock', () => {
  it('adds up only the time that the engine took', () => {
    const clock = createTurnClock({ origin: 1_000, speechEnd: 1_500, final: 1_800, speculative: false })
    clock.begin(1_800)
    clock.requestSent(1_801)
    clock.firstToken(2_100)
    clock.clauseReady(2_200)
    clock.clauseWritten(2_202)
    clock.firstAudio(2_400)
    clock.firstFrame(2_404, false)
    clock.firstMark(2_700)
    expect(clock.latency).toEqual({
      speechEndMs: 500,
      finalTranscriptMs: 800,
      firstTokenMs: 1_100,
      firstAudioMs: 1_400,
      firstFrameSentMs: 1_404,
      firstMarkMs: 1_700,
      engineMs: 7,
      speculative: false,
    })
  })

  it('does not count audio that a noise of the caller held back', () => {
    const clock = createTurnClock({ origin: 0, speechEnd: 0, final: 0, speculative: false })
    clock.firstAudio(100)
    clock.firstFrame(900, true)
    expect(clock.latency.engineMs).toBe(0)
  })
})

describe('speech meter', () => {
  it.each(['mulaw', 'alaw'] as const)(
    'hears the end of speech in %s, but neither silence, clicks nor hum',
    (encoding) => {
      const encode = encoding === 'mulaw' ? encodeMulaw : encodeAlaw
      const frame = (amplitude: number) => {
        const audio = Buffer.alloc(160)
        for (let index = 0; index < 160; index++) audio[index] = encode(index % 8 < 4 ? amplitude : -amplitude)
        return audio
      }
      const meter = createSpeechMeter(encoding)
      let now = 0
      const play = (amplitude: number, ms: number) => {
        for (let spent = 0; spent < ms; spent += 20) meter.measure(frame(amplitude), (now += 20))
      }
      play(30, 1_000)
      expect(meter.lastVoiceMs()).toBeUndefined()
      play(9_000, 20)
      play(30, 500)
      expect(meter.lastVoiceMs()).toBeUndefined()
      play(5_000, 1_000)
      const end = now
      play(60, 2_000)
      expect(meter.lastVoiceMs()).toBe(end)
      expect(meter.voicedMs()).toBeGreaterThan(900)
      play(9_000, 5_000)
      expect(meter.lastVoiceMs()).toBe(now)
    },
  )
})
