import { describe, expect, it } from '@jest/globals'
import { accountFactsOf, balanceOf, lastsFor, planOf } from './account-facts.ts'

describe('what a provider tells of an account', () => {
  it('should be read as people read it', () => {
    const facts = accountFactsOf({
      projectName: 'Front desk',
      balance: '12.5',
      currency: 'USD',
      characterCount: 1_200,
      characterLimit: 100_000,
      voiceSlotsUsed: 1,
      voiceLimit: 30,
      resetsAt: '2026-12-01T00:00:00.000Z',
      webhookUrlLooksRight: false,
      applicationName: null,
    })
    expect(facts).toEqual([
      { name: 'Project name', value: 'Front desk' },
      { name: 'Balance', value: '12.50 USD' },
      { name: 'Characters used', value: '1,200 of 100,000' },
      { name: 'Voices used', value: '1 of 30' },
      { name: 'Resets at', value: '2026-12-01T00:00:00.000Z', isTime: true },
    ])
  })

  it('should show what may be spent rather than what was paid', () => {
    expect(balanceOf({ balance: '-5.00', availableCredit: '0.00', currency: 'EUR' })).toBe('0.00 EUR')
    expect(balanceOf({ balance: 100 })).toBe('100.00')
    expect(balanceOf({ projectName: 'Front desk', balance: null })).toBeUndefined()
    expect(planOf({ tier: 'creator_plus' })).toBe('Creator plus')
    expect(planOf({})).toBeUndefined()
  })

  it.each([
    [0.4, 'less than a day'],
    [1, 'about 1 day'],
    [40.6, 'about 41 days'],
    [900, 'more than a year'],
  ])('should say how long a balance lasts: %d days', (days, words) => {
    expect(lastsFor(days)).toBe(words)
  })
})
