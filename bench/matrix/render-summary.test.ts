import { describe, expect, it } from '@jest/globals'
import { renderSummary } from './render-summary.ts'
import type { TriedCall } from './results.ts'

const call = (over: Partial<TriedCall>): TriedCall => ({
  stt: 'ears',
  llm: 'mind',
  tts: 'mouth',
  carrier: 'telnyx',
  ok: true,
  problems: [],
  ...over,
})

describe('the summary of a run', () => {
  const summary = renderSummary({
    at: '2026-11-21T10:00:00.000Z',
    machine: { cpu: 'CPU', cores: 2, memoryGb: 8, node: 'v20', loadBefore: 1.5 },
    atOnce: 10,
    seconds: 65,
    offByDefault: ['mouth'],
    calls: [
      call({ firstAudioMs: 300, silentAfterMs: 200, lettersLost: 1 }),
      call({ llm: 'other', firstAudioMs: 500, silentAfterMs: 400, firstProblems: ['It was busy.'] }),
      call({ carrier: 'twilio' }),
      call({
        carrier: 'twilio',
        llm: 'other',
        ok: false,
        problems: ['Nothing was heard.'],
        firstProblems: ['Silence.'],
      }),
    ],
  })

  it('should count through each carrier what passed, and what did so at the second try', () => {
    expect(summary).toContain('| telnyx | 1 × 2 × 1 = 2 | 2 of 2 | 1 | 300 / 500 | 200 / 400 |')
    expect(summary).toContain('| twilio | 1 × 2 × 1 = 2 | 1 of 2 | 0 | – / – | – / – |')
  })

  it('should count for each provider, and say which are off', () => {
    expect(summary).toContain('| language model | `other` | 1 of 1 | 0 of 1 | 500 / 500 | 400 / 400 | 0 |')
    expect(summary).toContain(
      '| text to speech | `mouth` (off by default) | 2 of 2 | 1 of 2 | 300 / 500 | 200 / 400 | 1 |',
    )
  })

  it('should name every call that failed, and what is not covered', () => {
    expect(summary).toContain('- ears, other, mouth through twilio: Nothing was heard.')
    expect(summary).toContain('**Not covered:**')
  })
})
