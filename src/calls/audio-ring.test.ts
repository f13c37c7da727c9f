import { describe, expect, it } from '@jest/globals'
import { createAudioRing } from './audio-ring.ts'

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
