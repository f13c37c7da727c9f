import { describe, expect, it } from '@jest/globals'
import { renderPrompt, variableValues } from './render-prompt.ts'
import { findVariables, isBuiltInVariable } from './variables.ts'

describe('rendering a prompt', () => {
  it('should fill in the variables', () => {
    const markdown = '# {{agent_name}}\n\nSay {{ greeting }} to `{{caller_number}}`.\n'
    const variables = { agent_name: 'Ada', greeting: 'hello', caller_number: '+15550100' }
    expect(renderPrompt({ markdown, variables })).toBe('# Ada\n\nSay hello to `+15550100`.')
  })

  it('should leave no braces where a value is missing, and take nothing from the prototype', () => {
    expect(renderPrompt({ markdown: 'a{{nothing}}b{{toString}}c{{bad name}}', variables: {} })).toBe('abc')
  })

  it('should take values as they are', () => {
    const variables = { a: '{{b}} $& $1', b: 'secret' }
    expect(renderPrompt({ markdown: '{{a}}', variables })).toBe('{{b}} $& $1')
  })

  it('should prefer what the call was given to the defaults', () => {
    const own = [{ name: 'city', default: 'Bern' }, { name: 'hours', default: null }, { name: null }]
    expect(variableValues({ own, given: { city: 'Basel', call_direction: 'inbound' } })).toEqual({
      city: 'Basel',
      hours: '',
      call_direction: 'inbound',
    })
  })
})

describe('finding variables', () => {
  it('should find each once, also names that no variable can have', () => {
    expect(findVariables('{{a}} {{ b_2 }} {{a}} {{customer name}} {"x":{"y":1}} {{}}')).toEqual([
      'a',
      'b_2',
      'customer name',
      '',
    ])
  })

  it('should know the built-in ones', () => {
    expect(isBuiltInVariable('caller_number')).toBe(true)
    expect(isBuiltInVariable('constructor')).toBe(false)
  })
})
