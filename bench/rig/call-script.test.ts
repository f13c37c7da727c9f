import { describe, expect, it } from '@jest/globals'
import { listUtterances } from '../../simulators/speech/index.ts'
import { answerByScript, createScript, tokensOfFirstClause } from './call-script.ts'
import { createFloors, LATENCIES } from './latencies.ts'

describe('the script of a call', () => {
  it('should have so many turns, what is broken into and what breaks it counted as one', () => {
    expect(createScript(4).map(({ utterance }) => utterance)).toEqual([
      'opening-hours',
      'tell-me-more',
      'wait-actually',
      'where-located',
      'thanks-bye',
    ])
    expect(createScript(1)).toHaveLength(1)
    expect(createScript(6).filter(({ brokenIntoAfterMs }) => brokenIntoAfterMs === undefined)).toHaveLength(6)
  })

  it('should be answered where it was heard word for word, and nowhere else', () => {
    for (const { utterance, reply } of createScript(4)) {
      const content = listUtterances().find(({ id }) => id === utterance)?.text ?? ''
      expect(answerByScript([{ role: 'user', content }])).toBe(reply)
    }
    expect(answerByScript([{ role: 'user', content: '[unintelligible]' }])).toContain('did not understand')
  })

  it('should count the tokens up to the one that shows that the first clause has ended', () => {
    expect(tokensOfFirstClause('Of course. I will.')).toBe(3)
    expect(tokensOfFirstClause('Yes')).toBe(1)
  })

  it('should know what the providers take of each turn', () => {
    const script = createScript(4)
    const floors = createFloors(script)
    const least = LATENCIES.deepgram.finalMs + LATENCIES.openai.firstTokenMs + LATENCIES.elevenlabs.firstAudioMs
    for (const line of script) {
      const { answer, notice, lead } = floors.get(line) ?? { answer: 0, notice: 0, lead: -1 }
      // A recording's quiet end counts as silence earlier for the transcription than for the ear.
      expect(answer).toBeGreaterThan(least - 200)
      expect(answer).toBeLessThan(least + 400)
      expect(notice).toBeGreaterThanOrEqual(LATENCIES.deepgram.interimMs)
      expect(lead).toBeGreaterThanOrEqual(0)
    }
  })
})
