import { describe, expect, it } from '@jest/globals'
import { createScrubber } from './scrub.ts'

const key = 'sk-Abc+/=0123456789&xyz'
const scrub = createScrubber([key])

describe('the scrubber', () => {
  it.each([
    ['plain', key],
    ['URL-encoded', encodeURIComponent(key)],
    ['in base64', Buffer.from(key).toString('base64')],
    ['in base64url', Buffer.from(key).toString('base64url')],
    ['as Basic authorization, one character in front', Buffer.from(`:${key}`).toString('base64')],
    ['as Basic authorization, two characters in front', Buffer.from(`a:${key}`).toString('base64')],
    ['as Basic authorization, a user in front', Buffer.from(`user:${key}:more`).toString('base64')],
    ['in hex', Buffer.from(key).toString('hex')],
    ['reversed', [...key].reverse().join('')],
    ['in capitals', key.toUpperCase()],
    ['without its beginning', key.slice(6)],
    ['without its end', key.slice(0, -6)],
    ['twice', `${key} and ${key}`],
  ])('should take a secret out: %s', (_, form) => {
    const clean = scrub(`Key ${form} was seen`)
    expect(clean).toContain('[key]')
    for (let start = 0; start + 12 <= form.length; start += 1) {
      expect(clean).not.toContain(form.slice(start, start + 12))
    }
    expect(clean).toMatch(/^Key .* was seen$/)
  })

  it('should leave other text as it is', () => {
    expect(scrub('OpenAI accepted the key sk-Abc…, balance 12.50')).toBe(
      'OpenAI accepted the key sk-Abc…, balance 12.50',
    )
    expect(createScrubber([])('anything')).toBe('anything')
    expect(createScrubber(['ab'])('a cab')).toBe('a cab')
  })

  it('should take short secrets out too', () => {
    expect(createScrubber(['hunter2'])('password hunter2!')).toBe('password [key]!')
  })
})
