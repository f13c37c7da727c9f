import { describe, expect, it } from '@jest/globals'
import { createAttemptLimiter } from './attempt-limiter.ts'

describe('createAttemptLimiter', () => {
  it('should let a client through up to the limit, then say how long to wait', () => {
    let time = 1_000
    const limiter = createAttemptLimiter({ limit: 2, windowMs: 60_000, now: () => time })
    expect([limiter.take('a'), limiter.take('a')]).toEqual([0, 0])
    time += 20_000
    expect(limiter.take('a')).toBe(40)
    expect(limiter.take('b')).toBe(0)
    time += 40_000
    expect(limiter.take('a')).toBe(0)
  })

  it('should forget the oldest client when there are too many', () => {
    const limiter = createAttemptLimiter({ limit: 1, windowMs: 60_000, now: () => 0 })
    limiter.take('first')
    expect(limiter.take('first')).toBe(60)
    for (let index = 0; index < 10_000; index += 1) limiter.take(`client-${index}`)
    expect(limiter.take('first')).toBe(0)
    expect(limiter.take('client-9999')).toBe(60)
  })
})
