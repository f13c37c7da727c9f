import { describe, expect, it } from '@jest/globals'
import { encodeAlaw, encodeMulaw } from '../provider-kit/index.ts'
import { createSpeechMeter } from './speech-meter.ts'

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
        for (let spent = 0; spent < ms; spent += 20) {
          now += 20
          meter.measure(frame(amplitude), now)
        }
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
