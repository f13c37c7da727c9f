import { describe, expect, it } from '@jest/globals'
import { createMediaTokens } from './media-tokens.ts'

describe('media tokens', () => {
  it('should open the one thing they were issued for, once', () => {
    const tokens = createMediaTokens<string>({ lifetimeMs: 1_000 })
    const [first, second] = [tokens.issue('call 1'), tokens.issue('call 2')]
    expect(first).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(tokens.take(second)).toBe('call 2')
    expect(tokens.take(first)).toBe('call 1')
    expect(tokens.take(first)).toBeUndefined()
    expect(tokens.take('guessed')).toBeUndefined()
  })

  it('should go stale', () => {
    let time = 0
    const tokens = createMediaTokens<string>({ lifetimeMs: 1_000, now: () => time })
    const [good, stale] = [tokens.issue('a'), tokens.issue('b')]
    time = 999
    expect(tokens.take(good)).toBe('a')
    time = 1_000
    expect(tokens.take(stale)).toBeUndefined()
  })
})
