import { describe, expect, it } from '@jest/globals'
import { sunsetOf } from './sunset.ts'

describe('a provider that ends its service', () => {
  const sunset = { date: '2026-11-13', message: 'Choose another.' }

  it('should be said to be ending until its day, and discontinued from then on', () => {
    expect(sunsetOf({ sunset }, Date.parse('2026-11-12T23:59:59Z'))).toEqual({
      label: 'Ending',
      when: 'Ends 2026-11-13.',
      message: 'Choose another.',
    })
    expect(sunsetOf({ sunset }, Date.parse('2026-11-13T00:00:00Z'))).toEqual({
      label: 'Discontinued',
      when: 'Ended 2026-11-13.',
      message: 'Choose another.',
    })
  })

  it('should not be said of one that goes on', () => {
    expect(sunsetOf({})).toBeUndefined()
  })
})
