import type { GoogleLanguageModelOptions } from '@ai-sdk/google'

/** What a Gemini model can be told, and how. */
export type ModelTraits = {
  /** The least thinking that it takes; undefined where the model is not known. */
  thinking?: GoogleLanguageModelOptions['thinkingConfig']
  /** True where it thinks before it speaks all the same, and its thoughts count against the limit. */
  alwaysThinks: boolean
  /** False where Google ignores a temperature, and will refuse it. */
  takesTemperature: boolean
}

/** Flash models that take the level `minimal`; 3.7 and 3.8 answer it with 400. */
const MINIMAL = /^gemini-(3-flash|3\.1-flash-lite|3\.5-flash|3\.5-flash-lite|3\.6-flash|flash-lite-latest)(-preview)?$/
const LOW = /^gemini-(3\.[78]-flash|3-pro|3\.1-pro|flash-latest|pro-latest)(-preview)?$/
const OLD_SAMPLING = /^gemini-(2|3-(flash|pro)|3\.1|3\.5-flash(-preview)?$)/

const leastThinking = (model: string): ModelTraits['thinking'] => {
  if (/^gemini-2\.5-flash/.test(model)) return { thinkingBudget: 0 }
  if (/^gemini-2\.5-pro/.test(model)) return { thinkingBudget: 128 }
  if (MINIMAL.test(model)) return { thinkingLevel: 'minimal' }
  return LOW.test(model) ? { thinkingLevel: 'low' } : undefined
}

/**
 * Sources: https://ai.google.dev/gemini-api/docs/generate-content/thinking (budgets of 2.5: 0 turns Flash off, Pro takes
 * 128 and more); https://docs.cloud.google.com/gemini-enterprise-agent-platform/models/guides/gemini-3-8-flash (levels of
 * 3.7, 3.8 and 3.1 Pro); https://ai.google.dev/gemini-api/docs/generate-content/whats-new-gemini-3.6 (temperature
 * deprecated and ignored from 3.6 Flash and 3.5 Flash-Lite on)
 */
export function traitsOf(model: string): ModelTraits {
  const thinking = leastThinking(model)
  return {
    thinking,
    alwaysThinks: thinking?.thinkingLevel === 'low' || (thinking?.thinkingBudget ?? 0) > 0,
    takesTemperature: !model.startsWith('gemini-') || OLD_SAMPLING.test(model),
  }
}
