import { describe, expect, it } from '@jest/globals'
import { createScrubber } from '../../collections/ProviderKeys/scrub.ts'
import { cleanList } from './clean-list.ts'

const KEY = 'sk_0123456789abcdef'

describe('cleanList', () => {
  it('should take the key out of every text, and leave out what bears it in its id', () => {
    const items = [
      { id: 'ann', name: `Ann ${KEY}`, description: KEY, languages: ['en', `x ${KEY}`], isCloned: true },
      { id: KEY, name: 'Ben' },
      { id: 'cy', name: 'Cy' },
    ]
    expect(cleanList(items, createScrubber([KEY]))).toEqual([
      { id: 'ann', name: 'Ann [key]', description: '[key]', languages: ['en', 'x [key]'], isCloned: true },
      { id: 'cy', name: 'Cy' },
    ])
  })
})
