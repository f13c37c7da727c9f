import { describe, expect, it } from '@jest/globals'
import { maskSecret } from './mask.ts'

describe('what people see of a key', () => {
  it.each([
    ['sk-proj-0123456789012345678901234567890123456789', 'sk-proj-01…'],
    ['0123456789abcdef', '0123…'],
    ['abc', '…'],
    ['', '…'],
  ])('should be at most ten characters and a quarter of it: %s', (secret, masked) => {
    expect(maskSecret(secret)).toBe(masked)
  })
})
