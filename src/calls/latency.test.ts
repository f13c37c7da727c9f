import { describe, expect, it } from '@jest/globals'
import { createTurnClock } from './latency.ts'

describe('turn clock', () => {
  it('adds up only the time that the engine took', () => {
    const clock = createTurnClock({ origin: 1_000, speechEnd: 1_500, final: 1_800, speculative: false })
    clock.begin(1_800)
    clock.requestSent(1_801)
    clock.firstToken(2_100)
    clock.clauseReady(2_200)
    clock.clauseWritten(2_202)
    clock.firstAudio(2_400)
    clock.firstFrame(2_404, false)
    clock.firstMark(2_700)
    expect(clock.latency).toEqual({
      speechEndMs: 500,
      finalTranscriptMs: 800,
      firstTokenMs: 1_100,
      firstAudioMs: 1_400,
      firstFrameSentMs: 1_404,
      firstMarkMs: 1_700,
      engineMs: 7,
      speculative: false,
    })
  })

  it('does not count audio that a noise of the caller held back', () => {
    const clock = createTurnClock({ origin: 0, speechEnd: 0, final: 0, speculative: false })
    clock.firstAudio(100)
    clock.firstFrame(900, true)
    expect(clock.latency.engineMs).toBe(0)
  })
})
