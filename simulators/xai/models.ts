/**
 * How a model thinks: which efforts it takes and which it has by itself. Without efforts it cannot be told.
 * Sources: https://docs.x.ai/developers/model-capabilities/text/reasoning as the documentation of `@ai-sdk/xai` 3.0.138
 * repeats it
 */
export type XaiModel = { id: string; efforts: readonly string[]; defaultEffort: string }

export const XAI_MODELS: readonly XaiModel[] = [
  { id: 'grok-4.7', efforts: ['low', 'medium', 'high', 'xhigh'], defaultEffort: 'high' },
  { id: 'grok-4.6', efforts: ['low', 'medium', 'high', 'xhigh'], defaultEffort: 'high' },
  { id: 'grok-4.5', efforts: ['low', 'medium', 'high'], defaultEffort: 'high' },
  { id: 'grok-4.3', efforts: ['none', 'low', 'medium', 'high'], defaultEffort: 'low' },
  { id: 'grok-4.20-0309-reasoning', efforts: [], defaultEffort: 'medium' },
  { id: 'grok-4.20-0309-non-reasoning', efforts: [], defaultEffort: 'none' },
]

/** Tokens that are thought before the first word. */
export const THOUGHTS_BY_EFFORT: Readonly<Record<string, number>> = {
  none: 0,
  low: 40,
  medium: 400,
  high: 2000,
  xhigh: 4000,
}
