import { describe, expect, it } from '@jest/globals'
import { medianOf, stagesOf } from './latency-stages.ts'

const turn = { speechEndMs: 1_000, finalTranscriptMs: 1_250, engineMs: 6, speculative: false }

describe('stagesOf', () => {
  it('should tell what each stage took beyond the one before', () => {
    expect(stagesOf({ ...turn, firstTokenMs: 1_600, firstAudioMs: 1_750, firstFrameSentMs: 1_760 })).toEqual({
      stages: [
        { stage: 'transcript', ms: 250 },
        { stage: 'token', ms: 350 },
        { stage: 'audio', ms: 150 },
        { stage: 'frame', ms: 10 },
      ],
      totalMs: 760,
    })
  })

  it('should count nothing for what was ready before the turn had ended', () => {
    const speculative = {
      ...turn,
      speculative: true,
      firstTokenMs: 1_200,
      firstAudioMs: 1_240,
      firstFrameSentMs: 1_255,
    }
    const { stages, totalMs } = stagesOf(speculative)
    expect(stages.map(({ ms }) => ms)).toEqual([250, 0, 0, 5])
    expect(totalMs).toBe(255)
  })

  it('should have no total for an answer that was never sent', () => {
    expect(stagesOf({ ...turn, firstTokenMs: 1_600 })).toEqual({
      stages: [
        { stage: 'transcript', ms: 250 },
        { stage: 'token', ms: 350 },
      ],
    })
  })
})

describe('medianOf', () => {
  it('should be the middle, whatever the order', () => {
    expect(medianOf([])).toBeUndefined()
    expect(medianOf([30, 10, 20])).toBe(20)
    expect(medianOf([10, 1_000, 30, 20])).toBe(25)
  })
})
