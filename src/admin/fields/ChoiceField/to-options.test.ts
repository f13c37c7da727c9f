import { describe, expect, it } from '@jest/globals'
import { isFound, nameOf, toOption } from './to-options.ts'

describe('a choice as people read it', () => {
  it('should say what the provider says of it', () => {
    const languages = ['en-US', 'en-GB', 'de', 'fr', 'it']
    expect(toOption({ id: 'v1', name: 'Rachel', description: 'calm', languages })).toEqual({
      value: 'v1',
      label: 'Rachel · calm · en-US, en-GB, de +2',
    })
    expect(toOption({ id: 'v2', name: 'Boss', isCloned: true }).label).toBe('Boss · your own')
    expect(toOption({ id: 'm', name: 'm' })).toEqual({ value: 'm', label: 'm' })
  })

  it('should keep a value that the list does not name', () => {
    const list = [{ id: 'a', name: 'Ann' }]
    expect(nameOf('a', list)).toBe('Ann')
    expect(nameOf('typed', list)).toBe('typed')
  })

  it('should be found by name, remark and id, and leave Enter to the choice in focus', () => {
    const option = { label: 'Zoë · calm', value: 'EXAVIT', data: {} }
    for (const typed of ['', 'zoe', ' CALM ', 'exav']) expect([typed, isFound(option, typed)]).toEqual([typed, true])
    expect(isFound(option, 'rachel')).toBe(false)
    expect(isFound({ ...option, data: { __isNew__: true } }, 'rachel')).toBe(true)
    expect(isFound(null, 'zoe')).toBe(false)
  })
})
