import { describe, expect, it } from '@jest/globals'
import { readOptions } from './options.ts'

const CANDIDATES = { stt: ['a', 'b'], llm: ['c', 'd'], tts: ['e'] }
const read = (...args: string[]) => readOptions(args, CANDIDATES)

describe('the options of a run over every combination', () => {
  it('should plan each combination through each carrier, and say that this is everything', () => {
    const { plan, atOnce, isPart } = read()
    expect([plan.length, atOnce, isPart]).toEqual([8, 10, false])
    expect(new Set(plan.map((entry) => JSON.stringify(entry))).size).toBe(8)
  })

  it('should plan a part', () => {
    const { plan, isPart } = read('--carrier', 'twilio', '--stt', 'b')
    expect(isPart).toBe(true)
    expect(plan).toEqual([
      { carrier: 'twilio', combination: { stt: 'b', llm: 'c', tts: 'e' } },
      { carrier: 'twilio', combination: { stt: 'b', llm: 'd', tts: 'e' } },
    ])
  })

  it.each([
    [['--llm', 'a'], '--llm must be one of c, d.'],
    [['--carrier', 'acme'], '--carrier must be one of telnyx, twilio.'],
    [['--at-once', '21'], '--at-once must be a whole number from 1 to 20.'],
  ])('should refuse %j', (args, sentence) => expect(() => read(...args)).toThrow(sentence))
})
