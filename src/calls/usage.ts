import type { LlmUsage } from '../provider-kit/index.ts'

/** What a call consumed, as its providers count it. */
export type CallUsage = {
  stt: { provider: string; audioMs: number }
  llm: {
    provider: string
    inputTokens: number
    cachedInputTokens: number
    outputTokens: number
    requests: number
    /** Requests made before the turn was known to have ended. */
    speculations: number
    /** Those of them whose answer was spoken. */
    speculationsUsed: number
  }
  tts: { provider: string; characters: number }
}

export type ProviderRequest = { capability: 'stt' | 'llm' | 'tts'; provider: string; requestId: string }

export type UsageMeter = {
  readonly usage: CallUsage
  readonly requests: ProviderRequest[]
  addTokens(tokens: LlmUsage): void
  addRequest(capability: ProviderRequest['capability'], requestId: string | undefined): void
}

/** Request ids kept at most; a call of hours makes thousands. */
const LONGEST_RECEIPT = 500

export function createUsageMeter(providers: { stt: string; llm: string; tts: string }): UsageMeter {
  const usage: CallUsage = {
    stt: { provider: providers.stt, audioMs: 0 },
    llm: {
      provider: providers.llm,
      inputTokens: 0,
      cachedInputTokens: 0,
      outputTokens: 0,
      requests: 0,
      speculations: 0,
      speculationsUsed: 0,
    },
    tts: { provider: providers.tts, characters: 0 },
  }
  const requests: ProviderRequest[] = []
  return {
    usage,
    requests,
    addTokens(tokens) {
      usage.llm.inputTokens += tokens.inputTokens
      usage.llm.cachedInputTokens += tokens.cachedInputTokens
      usage.llm.outputTokens += tokens.outputTokens
    },
    addRequest(capability, requestId) {
      if (!requestId || requests.length >= LONGEST_RECEIPT) return
      requests.push({ capability, provider: providers[capability], requestId })
    },
  }
}
