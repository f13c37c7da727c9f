import { describe, expect, it } from '@jest/globals'
import { createRecentIds } from './recent-ids.ts'

describe('recent ids', () => {
  it('should let an id pass once within its lifetime, and again after it', () => {
    let time = 0
    const ids = createRecentIds({ lifetimeMs: 1_000, capacity: 10, now: () => time })
    expect(ids.add('a')).toBe(true)
    time = 999
    expect(ids.add('a')).toBe(false)
    time = 1_000
    expect(ids.add('a')).toBe(true)
  })

  it('should forget the oldest ids when there are too many', () => {
    const ids = createRecentIds({ lifetimeMs: 1_000, capacity: 2, now: () => 0 })
    for (const id of ['a', 'b', 'c']) ids.add(id)
    expect(ids.add('c')).toBe(false)
    expect(ids.add('b')).toBe(false)
    expect(ids.add('a')).toBe(true)
  })
})
