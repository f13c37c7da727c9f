import type { ProviderContext } from './context.ts'
import type { ModelInfo } from './stt.ts'

export type LlmMessage = { role: 'user' | 'assistant'; content: string }

export type LlmUsage = { inputTokens: number; cachedInputTokens: number; outputTokens: number }

export type LlmEvent =
  | { type: 'text'; text: string }
  /** Always the last event of a stream that was neither aborted nor failed. */
  | { type: 'finish'; reason: string; usage: LlmUsage; requestId?: string }

export type LlmRequest = {
  system: string
  messages: readonly LlmMessage[]
  /** Aborting ends the stream without an error. */
  signal: AbortSignal
  /** Hears, before the first text, of each option that the model lacks and that was therefore left out or changed. */
  onWarning?(message: string): void
}

export type LlmOptions = {
  model?: string
  /** 0 to 2. */
  temperature?: number
  /** Upper bound of output tokens. */
  maxTokens?: number
}

/** A language model bound to one tenant's key and one agent's options. */
export type Llm = {
  /** @throws ProviderError (from the iteration) when the provider refuses, stalls or breaks off */
  stream(request: LlmRequest): AsyncIterable<LlmEvent>
}

export type LlmCapability<Credentials = Record<string, string>> = {
  models: readonly ModelInfo[]
  defaultModel: string
  create(context: ProviderContext<Credentials>, options: LlmOptions): Llm
}
