import type { CallDeadlines } from './deadlines.ts'
import type { History, Said } from './history.ts'
import type { LlmRun } from './llm-run.ts'
import { createLlmRun } from './llm-run.ts'
import type { Toolbox } from './toolbox.ts'
import type { CallSessionOptions } from './types.ts'
import type { UsageMeter } from './usage.ts'

export type AskModelOptions = {
  call: Pick<CallSessionOptions, 'agent' | 'llm' | 'log'>
  limits: CallDeadlines
  history: History
  toolbox: Toolbox
  usage: UsageMeter
  /** The call's start on the clock. */
  origin: number
  now(): number
  onWarning(message: string): void
}

/**
 * Issues a request to the model.
 * @param question.tentative words of the caller whose turn has not ended yet
 * @param question.said the answer that the model is to go on with
 */
export type AskModel = (question?: { tentative?: string; said?: Said; toolChoice?: 'auto' | 'none' }) => LlmRun

export const createAskModel =
  ({ call, limits, history, toolbox, usage, origin, now, onWarning }: AskModelOptions): AskModel =>
  ({ tentative, said, toolChoice } = {}) => {
    const tools = toolbox.definitions
    usage.usage.llm.requests++
    call.log('llm.started', { provider: call.llm.provider, speculative: tentative !== undefined })
    return createLlmRun({
      llm: call.llm,
      request: {
        system: call.agent.systemPrompt,
        messages: history.messages({ tentative, said }),
        ...(tools.length > 0 && { tools, toolChoice }),
        onWarning,
      },
      firstTokenMs: limits.llmFirstTokenMs,
      betweenTokensMs: limits.llmBetweenTokensMs,
      now,
      onFirstToken: (at) => call.log('llm.first-token', { atMs: Math.max(0, Math.round(at - origin)) }),
      onUsage(tokens, requestId) {
        usage.addTokens(tokens)
        usage.addRequest('llm', requestId)
      },
    })
  }
