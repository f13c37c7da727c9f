import { describe, expect, it } from '@jest/globals'
import { findKeyShapes, providerOfShape } from './key-shapes.ts'
import { createKnownValues } from './known-values.ts'

const VALUE = 'Zq7+/Canary-Value_0123456789'

describe('recognising stored keys', () => {
  const known = createKnownValues()
  known.note('ada', [VALUE, 'short'])
  known.note('ben', ['another-canary-value-42'])

  it.each([
    ['plain', VALUE],
    ['plain', VALUE.toUpperCase()],
    ['URL-encoded', encodeURIComponent(VALUE)],
    ['hex', Buffer.from(VALUE).toString('hex')],
    ['base64', Buffer.from(VALUE).toString('base64')],
    ['base64', Buffer.from(`{"apiKey":"${VALUE}"}`).toString('base64url')],
  ])('should find it written as %s', (form, text) => {
    for (const around of [text, `before ${text} after`, `"${text}"`]) {
      expect(known.find(around)).toContainEqual({ owner: 'ada', form })
    }
  })

  it.each([0, 1, 2])('should find it in base64 after %i other bytes', (shift) => {
    const text = Buffer.from(`${'x'.repeat(shift)}another-canary-value-42 tail`).toString('base64')
    expect(known.find(text)).toEqual([{ owner: 'ben', form: 'base64' }])
  })

  it('should find neither a part of it nor anything else', () => {
    expect(known.find(VALUE.slice(0, 20))).toEqual([])
    expect(known.find(`${VALUE.slice(0, -1)}x short`)).toEqual([])
    expect(known.find('')).toEqual([])
    expect(known.size).toBe(2)
  })

  it('should tell two owners of one value', () => {
    known.note('cy', [VALUE])
    expect(known.find(`${VALUE} ${VALUE}`).map(({ owner }) => owner)).toEqual(['ada', 'cy'])
  })

  it('should find every value of very many, and nothing in a long text without them', () => {
    const many = createKnownValues()
    const values = Array.from({ length: 2_000 }, (_, index) => `canary-${index}-of-many-values`)
    for (const value of values) many.note(value, [value])
    for (const value of values) expect(many.find(`<${value}>`)).toEqual([{ owner: value, form: 'plain' }])
    expect(many.find('the quick brown fox jumps over the lazy dog. '.repeat(2_000))).toEqual([])
  })
})

describe('recognising the forms of keys', () => {
  it.each([
    ['an OpenAI key', `my key is sk-proj-${'aB3'.repeat(10)}, thanks`],
    ['an Anthropic key', `sk-ant-api03-${'x'.repeat(24)}`],
    ['an ElevenLabs key', `"sk_${'0a'.repeat(24)}"`],
    ['a Telnyx key', `KEY0${'1A'.repeat(14)}_${'b'.repeat(20)}`],
    ['a Google key', `AIza${'Sy1'.repeat(12)}`],
    ['a Fernet token of an older system', `gAAAAAB${'r-9'.repeat(40)}==`],
    ['a value named as a key', `{"apiKey":"${'0f'.repeat(20)}"}`],
    ['a value named as a key', `{\\"api_key\\":\\"${'0f'.repeat(20)}\\"}`],
    ['a value named as a key', `Authorization: Token ${'0f'.repeat(20)}`],
    ['a value named as a key', `https://serp.example/?q=1&api_key=${'0f'.repeat(32)}`],
  ])('should see %s', (kind, text) => expect(findKeyShapes(text)).toEqual([kind]))

  it.each([
    'sk-proj-aB…',
    'apiKey: [redacted]',
    'the api key: enter it again',
    'a risk-free-trial-of-the-whole-product',
    '3f2a9c1d0b7e4f6a8c5d2e1f0a9b8c7d3f2a9c1d0b7e4f6a8c5d2e1f0a9b8c7d',
    'KEYBOARD_SHORTCUTS_ARE_LISTED_BELOW',
  ])('should see none in: %s', (text) => expect(findKeyShapes(text)).toEqual([]))

  it('should tell whose keys begin so', () => {
    expect(providerOfShape(`sk-ant-${'x1'.repeat(20)}`)).toBe('anthropic')
    expect(providerOfShape('0f'.repeat(20))).toBeUndefined()
  })
})
