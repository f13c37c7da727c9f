import { describe, expect, it } from '@jest/globals'
import type { Need } from './need-of.ts'
import { needsAttention } from './needs-attention.ts'
import type { KeyDoc } from './types.ts'

const now = Date.parse('2026-11-21T00:00:00Z')
const need = (level: Need['level']): Need => ({ level, label: '', text: '' })
const ask = (doc?: Partial<KeyDoc>, level: Need['level'] = 'required') =>
  needsAttention({ doc: doc && ({ status: 'valid', ...doc } as KeyDoc), need: need(level), now })

describe('whether somebody should look at a key', () => {
  it('should follow from its need where there is none', () => {
    expect([ask(), ask(undefined, 'choice'), ask(undefined, 'optional')]).toEqual([true, false, false])
  })

  it.each<[string, Partial<KeyDoc>, boolean]>([
    ['works', {}, false],
    ['is limited', { status: 'limited' }, true],
    ['has something to mend beside it', { fixUrl: 'https://example.com' }, true],
    ['ends within two weeks', { expiresAt: '2026-12-01T00:00:00.000Z' }, true],
    ['has ended', { expiresAt: '2026-11-01T00:00:00.000Z' }, true],
    ['ends later', { expiresAt: '2027-01-01T00:00:00.000Z' }, false],
    ['runs out of credit soon', { daysToEmpty: 3.2 }, true],
    ['has credit for long', { daysToEmpty: 90 }, false],
  ])('should be told of one that %s', (_, doc, expected) => {
    expect(ask(doc)).toBe(expected)
  })

  it('should not be told of one that nobody can test, unless its form is wrong', () => {
    const doc = (status: KeyDoc['status']) => ({ status }) as KeyDoc
    const provider = { checksFormOnly: true }
    expect(needsAttention({ provider, doc: doc('unverified'), need: need('required') })).toBe(false)
    expect(needsAttention({ provider, doc: doc('rejected'), need: need('required') })).toBe(true)
    expect(needsAttention({ doc: doc('unverified'), need: need('required') })).toBe(true)
  })
})
