import { describe, expect, it } from '@jest/globals'
import { timeAgo } from './time-ago.ts'

const now = Date.parse('2026-06-15T12:00:00Z')

describe('a moment as seen from now', () => {
  it.each([
    ['2026-06-15T11:59:40Z', 'just now'],
    ['2026-06-15T11:59:00Z', '1 minute ago'],
    ['2026-06-15T11:00:20Z', '1 hour ago'],
    ['2026-06-14T11:00:00Z', '1 day ago'],
    ['2026-06-18T12:00:00Z', 'in 3 days'],
    ['2026-09-15T12:00:00Z', 'in 3 months'],
    ['2024-06-15T12:00:00Z', '2 years ago'],
    ['yesterday', 'yesterday'],
  ])('should be told in words: %s', (value, words) => {
    expect(timeAgo({ value, now })).toBe(words)
  })
})
