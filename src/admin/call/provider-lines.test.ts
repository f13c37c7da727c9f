import { describe, expect, it } from '@jest/globals'
import { providerLinesOf } from './provider-lines.ts'
import type { CallDocument } from './types.ts'

const call: CallDocument = {
  id: 1,
  status: 'completed',
  direction: 'inbound',
  provider: 'telnyx',
  durationSeconds: 64,
  updatedAt: '2026-05-01T10:00:00.000Z',
  usage: {
    stt: { provider: 'deepgram', audioMs: 61_900 },
    llm: {
      provider: 'openai',
      inputTokens: 1_204,
      cachedInputTokens: 1_024,
      outputTokens: 1,
      requests: 3,
      speculations: 2,
      speculationsUsed: 1,
    },
    tts: { provider: 'elevenlabs', characters: 0 },
  },
  receipt: [
    { capability: 'llm', provider: 'openai', credentialId: 'k2', version: 4, requestIds: ['req_1', 'req_2'] },
    { capability: 'telephony', provider: 'telnyx', credentialId: 'k1', version: 1 },
  ],
}

describe('providerLinesOf', () => {
  it('should say what each provider did and which key paid', () => {
    expect(providerLinesOf(call)).toEqual([
      {
        capability: 'telephony',
        provider: 'telnyx',
        amounts: ['1:04 on the line'],
        credential: { id: 'k1', version: 1 },
        requestIds: [],
      },
      { capability: 'stt', provider: 'deepgram', amounts: ['1:01 of audio'], requestIds: [] },
      {
        capability: 'llm',
        provider: 'openai',
        amounts: ['1,204 tokens in, 1,024 of them cached', '1 token out', '3 requests, 1 of them begun too early'],
        credential: { id: 'k2', version: 4 },
        requestIds: ['req_1', 'req_2'],
      },
      { capability: 'tts', provider: 'elevenlabs', amounts: [], requestIds: [] },
    ])
  })

  it('should be empty for a call that used nothing', () => {
    expect(providerLinesOf({ ...call, usage: null, receipt: null })).toEqual([])
  })
})
