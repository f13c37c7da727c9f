import { z } from 'zod'
import type { Refusal, ScriptMessage } from '../llm-kit/index.ts'
import { invalidArgument } from './api-error.ts'
import { THOUGHTS_BY_LEVEL } from './models.ts'
import type { GeminiModel } from './models.ts'

const part = z.strictObject({ text: z.string().min(1), thoughtSignature: z.string().optional() })
const content = z.strictObject({ role: z.enum(['user', 'model']).optional(), parts: z.array(part).min(1) })
const systemContent = z.strictObject({ role: z.string().optional(), parts: z.array(part).min(1) })

/**
 * The parameters of `models.generateContent` that take part in a conversation; the numbers' ranges are Google's.
 * Source: https://ai.google.dev/api/generate-content
 */
const generateRequest = z.strictObject({
  contents: z.array(content).min(1),
  systemInstruction: systemContent.optional(),
  generationConfig: z
    .strictObject({
      maxOutputTokens: z.int().min(1).optional(),
      temperature: z.number().min(0).max(2).optional(),
      topP: z.number().min(0).max(1).optional(),
      topK: z.number().min(1).optional(),
      stopSequences: z.array(z.string()).max(5).optional(),
      seed: z.int().optional(),
      candidateCount: z.literal(1).optional(),
      thinkingConfig: z
        .strictObject({
          thinkingBudget: z.int().min(-1).optional(),
          thinkingLevel: z
            .string()
            .transform((level) => level.toLowerCase())
            .optional(),
          includeThoughts: z.boolean().optional(),
        })
        .optional(),
    })
    .optional(),
  safetySettings: z.array(z.looseObject({})).optional(),
  tools: z.array(z.looseObject({})).optional(),
  toolConfig: z.looseObject({}).optional(),
})

export type GenerateRequest = z.infer<typeof generateRequest>

/** Reads a request as strictly as the API does. */
export function readGenerateRequest(
  body: unknown,
  model: GeminiModel,
): { request: GenerateRequest } | { refusal: Refusal } {
  const parsed = generateRequest.safeParse(body)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    const name = issue?.code === 'unrecognized_keys' ? `Unknown name "${issue.keys[0]}"` : issue?.message
    return { refusal: invalidArgument(`Invalid JSON payload received. ${issue?.path.join('.')}: ${name}`) }
  }
  const flaw = findFlaw(parsed.data, model)
  return flaw ? { refusal: invalidArgument(flaw) } : { request: parsed.data }
}

const findFlaw = ({ contents, generationConfig }: GenerateRequest, model: GeminiModel): string | undefined => {
  if (contents[0]?.role === 'model') return 'Please ensure that the first turn is the user’s.'
  if (contents.at(-1)?.role === 'model' && model.levels.length > 0) {
    return 'Requests that end with a non-empty model turn are not supported.'
  }
  const { thinkingBudget: budget, thinkingLevel: level } = generationConfig?.thinkingConfig ?? {}
  if (budget !== undefined && level !== undefined) return 'Only one of thinking_budget and thinking_level can be set.'
  if (level !== undefined && !model.levels.includes(level)) {
    return `Thinking level ${level.toUpperCase()} is not supported for this model.`
  }
  if (budget === undefined) return undefined
  if (model.leastBudget === undefined) return 'Thinking budget is not supported for this model.'
  return budget !== -1 && budget < model.leastBudget ? `Budget ${budget} is invalid for this model.` : undefined
}

/** How many tokens a request lets the model think before its first word. */
export function countThoughts({ generationConfig }: GenerateRequest, model: GeminiModel): number {
  const { thinkingBudget: budget, thinkingLevel: level } = generationConfig?.thinkingConfig ?? {}
  const byLevel = THOUGHTS_BY_LEVEL[level ?? model.defaultLevel] ?? 0
  return budget === undefined || budget === -1 ? byLevel : Math.min(budget, byLevel)
}

const toText = (parts: readonly { text: string }[]): string => parts.map(({ text }) => text).join('')

/** The conversation as scripts see it. */
export const toScriptMessages = ({ systemInstruction, contents }: GenerateRequest): ScriptMessage[] => [
  ...(systemInstruction ? [{ role: 'system', content: toText(systemInstruction.parts) }] : []),
  ...contents.map(({ role, parts }) => ({ role: role === 'model' ? 'assistant' : 'user', content: toText(parts) })),
]
