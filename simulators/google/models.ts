/**
 * How a model is told how much to think.
 * Sources: https://ai.google.dev/gemini-api/docs/generate-content/thinking (budgets of 2.5),
 * https://docs.cloud.google.com/gemini-enterprise-agent-platform/models/guides/gemini-3-8-flash (levels),
 * https://ai.google.dev/gemini-api/docs/generate-content/whats-new-gemini-3.6 (defaults)
 */
export type GeminiModel = {
  id: string
  name: string
  /** Of `thinkingLevel`; empty where the model takes a `thinkingBudget`. */
  levels: readonly string[]
  /** Lowest budget; 0 turns thinking off. */
  leastBudget?: number
  defaultLevel: string
  /** Signs its calls of tools, and refuses a conversation that holds an unsigned one. */
  signsCalls: boolean
}

const FOUR_LEVELS = ['minimal', 'low', 'medium', 'high']
const THREE_LEVELS = ['low', 'medium', 'high']

export const GEMINI_MODELS: readonly GeminiModel[] = [
  {
    id: 'gemini-3.5-flash-lite',
    name: 'Gemini 3.5 Flash-Lite',
    levels: FOUR_LEVELS,
    defaultLevel: 'minimal',
    signsCalls: true,
  },
  { id: 'gemini-3.6-flash', name: 'Gemini 3.6 Flash', levels: FOUR_LEVELS, defaultLevel: 'medium', signsCalls: true },
  { id: 'gemini-3.7-flash', name: 'Gemini 3.7 Flash', levels: THREE_LEVELS, defaultLevel: 'medium', signsCalls: true },
  { id: 'gemini-3.8-flash', name: 'Gemini 3.8 Flash', levels: THREE_LEVELS, defaultLevel: 'medium', signsCalls: true },
  {
    id: 'gemini-2.5-flash',
    name: 'Gemini 2.5 Flash',
    levels: [],
    leastBudget: 0,
    defaultLevel: 'medium',
    signsCalls: false,
  },
  {
    id: 'gemini-2.5-pro',
    name: 'Gemini 2.5 Pro',
    levels: [],
    leastBudget: 128,
    defaultLevel: 'high',
    signsCalls: false,
  },
]

/** What calls are signed with. */
export const THOUGHT_SIGNATURE = 'Y2FsbCBzaWduYXR1cmU='

/** Tokens that are thought before the first word. */
export const THOUGHTS_BY_LEVEL: Readonly<Record<string, number>> = { minimal: 0, low: 40, medium: 400, high: 2000 }
