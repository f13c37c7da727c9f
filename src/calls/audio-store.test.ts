import { describe, expect, it } from '@jest/globals'
import { createAudioStore } from './audio-store.ts'

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
