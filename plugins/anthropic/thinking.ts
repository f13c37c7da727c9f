import type { AnthropicLanguageModelOptions } from '@ai-sdk/anthropic'

/** How a model is told to think as little as it can. */
export type LeastThinking = {
  options?: Pick<AnthropicLanguageModelOptions, 'thinking' | 'effort'>
  /** True where it thinks before it speaks all the same, and its thoughts count against `max_tokens`. */
  alwaysThinks: boolean
}

/**
 * The models since Claude 5 think before they speak unless they are told otherwise. Only models are named that are known
 * to take the option; any other keeps Anthropic's default.
 * Source: `getModelCapabilities` and the documentation of `@ai-sdk/anthropic` 3.0.138 ("Adaptive-Only Models",
 * "Between-Tools Thinking")
 */
export function leastThinking(model: string): LeastThinking {
  if (/^claude-sonnet-5-5(-|$)/.test(model)) {
    return { options: { thinking: { type: 'between_tools' }, effort: 'low' }, alwaysThinks: false }
  }
  if (/^claude-(opus-5-5|fable-5|fable-5-1)(-\d{8})?$/.test(model)) {
    return { options: { effort: 'low' }, alwaysThinks: true }
  }
  if (/^claude-(haiku-5-5|opus-5|sonnet-5)(-\d{8})?$/.test(model)) {
    return { options: { thinking: { type: 'disabled' } }, alwaysThinks: false }
  }
  return { alwaysThinks: false }
}
