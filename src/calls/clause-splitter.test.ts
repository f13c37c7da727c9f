import { describe, expect, it } from '@jest/globals'
import { createClauseSplitter } from './clause-splitter.ts'

const split = (text: string, size = 3): string[] => {
  const splitter = createClauseSplitter()
  const clauses: string[] = []
  for (let at = 0; at < text.length; at += size) clauses.push(...splitter.push(text.slice(at, at + size)))
  const rest = splitter.flush()
  return rest ? [...clauses, rest] : clauses
}

describe('clause splitter', () => {
  it('gives the first sentence as soon as the space behind it is there', () => {
    const splitter = createClauseSplitter()
    expect(splitter.push('Sure.')).toEqual([])
    expect(splitter.push(' I')).toEqual(['Sure. '])
  })

  it('cuts the first clause at a comma, but not after a word or two', () => {
    expect(split('Well, I can look that up for you, if you tell me your name.')).toEqual([
      'Well, I can look that up for you, ',
      'if you tell me your name.',
    ])
  })

  it.each([
    ['It costs 3.50 euros, all in all. Good?', ['It costs 3.50 euros, ', 'all in all. ', 'Good?']],
    ['Ask Dr. Brown. He knows.', ['Ask Dr. Brown. ', 'He knows.']],
    ['1. First of it. Then more.', ['1. First of it. ', 'Then more.']],
    ['お元気ですか。はい', ['お元気ですか。', 'はい']],
  ])('%s', (text, clauses) => {
    expect(split(text)).toEqual(clauses)
  })

  it.each([1, 2, 7, 1000])('loses nothing with pieces of %i characters', (size) => {
    const text = 'Hello there! We are open from 9 a.m. to 5 p.m., "most days", e.g. Monday:\n- one\n- two… And so on'
    expect(split(text, size).join('')).toBe(text)
  })

  it('does not wait for punctuation for ever', () => {
    const clauses = split('word '.repeat(60))
    expect(clauses.length).toBeGreaterThan(1)
    expect(clauses[0]?.length).toBeLessThan(100)
  })
})
