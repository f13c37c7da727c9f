import type { ListContext, ProviderContext } from './context.ts'
import type { ModelInfo } from './stt.ts'

/** A tool that the model may call. */
export type LlmTool = {
  /** Letters, digits and underscores, at most 64. */
  name: string
  /** For the model: what it does and when to use it. */
  description: string
  /** JSON Schema (draft 7) of an object: what the tool takes. */
  parameters: Readonly<Record<string, unknown>>
}

/** A call of a tool as the model wrote it. `arguments` may not fit the tool's schema: models make mistakes. */
export type LlmToolCall = {
  /** Unique in its request, and kept in its answer. */
  id: string
  name: string
  arguments: Readonly<Record<string, unknown>>
  /** What the model wrote as arguments is not a JSON object; `arguments` is then empty and the tool must not run. */
  isMalformed?: boolean
  /** What the provider needs to see again with this call in later requests. JSON, for the same provider alone. */
  continuation?: unknown
}

export type LlmMessage =
  | { role: 'user'; content: string }
  /** `content` may be empty where tools were called. */
  | { role: 'assistant'; content: string; toolCalls?: readonly LlmToolCall[] }
  /** What a tool answered; follows the assistant's message that called it, one for each call. */
  | { role: 'tool'; toolCallId: string; toolName: string; content: string }

export type LlmUsage = { inputTokens: number; cachedInputTokens: number; outputTokens: number }

export type LlmEvent =
  | { type: 'text'; text: string }
  /** The model calls a tool; `finish` follows with the reason `tool-calls`. */
  | ({ type: 'tool-call' } & LlmToolCall)
  /** Always the last event of a stream that was neither aborted nor failed. */
  | { type: 'finish'; reason: string; usage: LlmUsage; requestId?: string }

export type LlmRequest = {
  system: string
  messages: readonly LlmMessage[]
  /** What the model may call; none by default. Needed, too, where `messages` hold calls. */
  tools?: readonly LlmTool[]
  /** `none`: the tools are known, but not to be called in this answer. Default `auto`: the model decides. */
  toolChoice?: 'auto' | 'none'
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
  /**
   * The models that this key may use, newest or best first, at most 500.
   * @throws ProviderError
   */
  listModels?(context: ListContext<Credentials>): Promise<readonly ModelInfo[]>
}
