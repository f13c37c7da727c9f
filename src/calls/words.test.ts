import { describe, expect, it } from '@jest/globals'
import { afterPrefix, hasSameWords, hasWord, isBackchannel } from './words.ts'

describe('words', () => {
  it('compares modulo case, punctuation and spacing', () => {
    expect(hasSameWords('I want a pizza', ' i want, a Pizza.')).toBe(true)
    expect(hasSameWords('I want a pizza', 'I want two pizzas')).toBe(false)
  })

  it.each(['uh-huh', 'Mhm.', 'Yeah, okay', 'I see.', 'Right'])('takes "%s" as a sign of listening', (text) => {
    expect(isBackchannel(text)).toBe(true)
  })

  it.each(['no', 'stop', 'yeah but wait', 'okay okay okay okay', '', 'what'])(
    'takes "%s" as something said',
    (text) => {
      expect(isBackchannel(text)).toBe(false)
    },
  )

  it('finds no word in punctuation', () => {
    expect(hasWord(' … ?')).toBe(false)
    expect(hasWord('é')).toBe(true)
  })

  it('gives the rest after words that are known', () => {
    expect(afterPrefix('Hello, world. How are you?', 'hello world')).toBe('How are you?')
    expect(afterPrefix('Hello world', 'Hello, world!')).toBe('')
    expect(afterPrefix('Goodbye', 'hello')).toBeUndefined()
  })
})
