import { describe, expect, it } from '@jest/globals'
import { createHistory } from './history.ts'

describe('history', () => {
  it('joins words that nobody answered and leaves out what nobody heard', () => {
    const history = createHistory()
    history.addAgent({ text: 'Hello.' })
    history.addCaller('One')
    history.addAgent({ text: '' })
    history.addCaller('two')
    expect(history.messages({ tentative: 'three' })).toEqual([
      { role: 'assistant', content: 'Hello.' },
      { role: 'user', content: 'One two three' },
    ])
    expect(history.messages()[1]?.content).toBe('One two')
    expect(history.isUnanswered()).toBe(true)
    history.addAgent({ text: 'Yes' })
    expect(history.isUnanswered()).toBe(false)
  })
})
