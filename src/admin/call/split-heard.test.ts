import { describe, expect, it } from '@jest/globals'
import { splitHeard } from './split-heard.ts'

describe('splitHeard', () => {
  it('should take all of an answer that nobody interrupted', () => {
    expect(splitHeard({ text: 'We open at nine.' })).toEqual({ heard: 'We open at nine.', unheard: '' })
  })

  it('should part an answer where the caller stopped listening', () => {
    expect(splitHeard({ text: 'We open at nine. And close at five.', heard: 'We open at' })).toEqual({
      heard: 'We open at',
      unheard: ' nine. And close at five.',
    })
  })

  it('should not be misled by blanks', () => {
    expect(splitHeard({ text: 'We open  at\nnine.', heard: 'We open at ' })).toEqual({
      heard: 'We open  at',
      unheard: '\nnine.',
    })
  })

  it('should strike the whole answer where nothing of it was heard', () => {
    expect(splitHeard({ text: 'We open.', heard: '' })).toEqual({ heard: '', unheard: 'We open.' })
  })

  it('should show both where they differ', () => {
    expect(splitHeard({ text: 'We open at 9.', heard: 'We open at nine.' })).toEqual({
      heard: 'We open at nine.',
      unheard: 'We open at 9.',
    })
    expect(splitHeard({ text: 'We', heard: 'We open' })).toEqual({ heard: 'We open', unheard: 'We' })
  })
})
