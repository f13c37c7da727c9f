import { describe, expect, it } from '@jest/globals'
import type { CallSummary } from '../calls/index.ts'
import { toUsageRows } from './usage-records.ts'

const summary: CallSummary = {
  callId: 'c',
  startedAt: '2026-05-01T10:00:00.000Z',
  endedAt: '2026-05-01T10:01:00.000Z',
  endedReason: 'caller-hangup',
  transcript: [],
  turns: [],
  usage: {
    stt: { provider: 'deepgram', audioMs: 58_340 },
    llm: {
      provider: 'openai',
      inputTokens: 1_000,
      cachedInputTokens: 400,
      outputTokens: 120,
      requests: 3,
      speculations: 1,
      speculationsUsed: 1,
    },
    tts: { provider: 'elevenlabs', characters: 310 },
  },
  requestIds: [],
  warnings: [],
}
const answeredAt = Date.parse('2026-05-01T10:00:01.000Z')

describe('the usage of a call', () => {
  it('should be a row for each provider and unit that it pays for, counting nothing twice', () => {
    expect(toUsageRows({ carrier: 'telnyx', closing: { endedReason: 'caller-hangup', summary, answeredAt } })).toEqual([
      { provider: 'telnyx', kind: 'telephony', quantity: 59, unit: 'seconds' },
      { provider: 'deepgram', kind: 'stt', quantity: 58.3, unit: 'seconds' },
      { provider: 'openai', kind: 'llm', quantity: 600, unit: 'input-tokens' },
      { provider: 'openai', kind: 'llm', quantity: 400, unit: 'cached-input-tokens' },
      { provider: 'openai', kind: 'llm', quantity: 120, unit: 'output-tokens' },
      { provider: 'elevenlabs', kind: 'tts', quantity: 310, unit: 'characters' },
    ])
  })

  it('should count the searches of the agent, by the key that paid for them', () => {
    const search = { name: 'web_search', startMs: 100, durationMs: 200 }
    const toolCalls = [
      { ...search, outcome: 'ok' as const },
      { ...search, outcome: 'failed' as const },
      { ...search, outcome: 'refused' as const },
      { ...search, name: 'end_call', outcome: 'ok' as const },
    ]
    const receipt = [{ capability: 'web-search', provider: 'exa', credentialId: 'key-1', version: 2 }]
    const rowsOf = (used: typeof toolCalls) =>
      toUsageRows({
        carrier: 'telnyx',
        closing: { endedReason: 'caller-hangup', summary: { ...summary, toolCalls: used }, receipt },
      }).filter(({ kind }) => kind === 'web-search')
    expect(rowsOf(toolCalls)).toEqual([
      { provider: 'exa', kind: 'web-search', quantity: 2, unit: 'searches', credentialId: 'key-1' },
    ])
    expect(rowsOf([])).toEqual([])
  })

  it('should have no row for what was not used', () => {
    const silent: CallSummary = {
      ...summary,
      usage: {
        stt: { provider: 'deepgram', audioMs: 0 },
        llm: { ...summary.usage.llm, inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 },
        tts: { provider: 'elevenlabs', characters: 25 },
      },
    }
    const rows = toUsageRows({ carrier: 'telnyx', closing: { endedReason: 'caller-hangup', summary: silent } })
    expect(rows).toEqual([{ provider: 'elevenlabs', kind: 'tts', quantity: 25, unit: 'characters' }])
  })

  it('should be empty for a call that was refused', () => {
    expect(toUsageRows({ carrier: 'telnyx', closing: { endedReason: 'key-missing' } })).toEqual([])
  })
})
