/**
 * What a model refuses and how it thinks.
 * Sources: `getModelCapabilities` of `@ai-sdk/anthropic` 3.0.138; which models think unless told otherwise:
 * https://docs.apiyi.com/en/live/2026-11/claude-thinking-guide-refresh
 */
export type ClaudeModel = {
  id: string
  name: string
  /** Refuses temperature, top_p and top_k. */
  refusesSampling: boolean
  /** Refuses a last message of the assistant. */
  refusesPrefill: boolean
  thinksByDefault: boolean
  /** `thinking.type` that it takes. */
  thinking: readonly string[]
  hasEffort: boolean
  maxTokens: number
}

const old = { refusesSampling: false, refusesPrefill: false, thinksByDefault: false, thinking: ['enabled', 'disabled'] }
const current = {
  refusesSampling: true,
  refusesPrefill: true,
  thinksByDefault: true,
  hasEffort: true,
  maxTokens: 128_000,
}

export const CLAUDE_MODELS: readonly ClaudeModel[] = [
  { id: 'claude-haiku-5-5', name: 'Claude Haiku 5.5', ...current, thinking: ['adaptive', 'disabled'] },
  { id: 'claude-sonnet-5-5', name: 'Claude Sonnet 5.5', ...current, thinking: ['adaptive', 'between_tools'] },
  { id: 'claude-opus-5-5', name: 'Claude Opus 5.5', ...current, thinking: ['adaptive'] },
  { id: 'claude-sonnet-5', name: 'Claude Sonnet 5', ...current, thinking: ['adaptive', 'enabled', 'disabled'] },
  {
    id: 'claude-sonnet-4-6',
    name: 'Claude Sonnet 4.6',
    ...old,
    refusesPrefill: true,
    thinking: ['adaptive', 'enabled', 'disabled'],
    hasEffort: true,
    maxTokens: 128_000,
  },
  { id: 'claude-haiku-4-5-20251001', name: 'Claude Haiku 4.5', ...old, hasEffort: false, maxTokens: 64_000 },
]

/** Tokens that are thought before the first word, by effort. */
export const THOUGHTS_BY_EFFORT: Readonly<Record<string, number>> = {
  low: 40,
  medium: 400,
  high: 2000,
  xhigh: 4000,
  max: 8000,
}

/** The model that an id or an alias without a date names. */
export const findModel = (id: string): ClaudeModel | undefined =>
  CLAUDE_MODELS.find((model) => model.id === id || model.id.replace(/-\d{8}$/, '') === id)
