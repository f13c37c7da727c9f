import { z } from 'zod'
import { findToolFlaw, toolParameters } from '../llm-kit/index.ts'
import type { Refusal, ScriptMessage } from '../llm-kit/index.ts'
import { invalidArgument } from './api-error.ts'
import { THOUGHT_SIGNATURE, THOUGHTS_BY_LEVEL } from './models.ts'
import type { GeminiModel } from './models.ts'

const textPart = z.strictObject({ text: z.string().min(1), thoughtSignature: z.string().optional() })
const functionCall = z.strictObject({
  id: z.string().optional(),
  name: z.string().min(1),
  args: z.record(z.string(), z.unknown()).optional(),
})
const functionResponse = z.strictObject({
  id: z.string().optional(),
  name: z.string().min(1),
  response: z.record(z.string(), z.unknown()),
})
const part = z.union([
  textPart,
  z.strictObject({ functionCall, thoughtSignature: z.string().optional() }),
  z.strictObject({ functionResponse }),
])
const functionDeclaration = z.strictObject({
  name: z.string().regex(/^[a-zA-Z_][\w.:-]{0,127}$/),
  description: z.string(),
  // A function without parameters has none, not an empty object.
  parameters: toolParameters.optional(),
  parametersJsonSchema: toolParameters.optional(),
})
const content = z.strictObject({ role: z.enum(['user', 'model']).optional(), parts: z.array(part).min(1) })
const systemContent = z.strictObject({ role: z.string().optional(), parts: z.array(textPart).min(1) })

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
  tools: z.array(z.strictObject({ functionDeclarations: z.array(functionDeclaration).min(1) })).optional(),
  toolConfig: z
    .strictObject({
      functionCallingConfig: z.strictObject({
        mode: z.enum(['AUTO', 'NONE', 'ANY', 'VALIDATED']),
        allowedFunctionNames: z.array(z.string()).optional(),
      }),
    })
    .optional(),
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

const findFlaw = (request: GenerateRequest, model: GeminiModel): string | undefined => {
  const { contents, generationConfig } = request
  if (contents[0]?.role === 'model') return 'Please ensure that the first turn is the user’s.'
  if (contents.at(-1)?.role === 'model' && model.levels.length > 0) {
    return 'Requests that end with a non-empty model turn are not supported.'
  }
  const flawOfTools = findFlawOfTools(request, model)
  if (flawOfTools) return flawOfTools
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

type Part = z.infer<typeof part>

const callsOf = (parts: readonly Part[]) =>
  parts.flatMap((entry) =>
    'functionCall' in entry ? [{ ...entry.functionCall, signature: entry.thoughtSignature }] : [],
  )
const responsesOf = (parts: readonly Part[]) =>
  parts.flatMap((entry) => ('functionResponse' in entry ? [entry.functionResponse] : []))

/** Sources: https://ai.google.dev/gemini-api/docs/function-calling, https://ai.google.dev/gemini-api/docs/thought-signatures */
const findFlawOfTools = ({ contents, tools, toolConfig }: GenerateRequest, model: GeminiModel): string | undefined => {
  const flaw = findToolFlaw(
    contents.map(({ role = 'user', parts }) => ({
      role,
      callIds: callsOf(parts).map(({ id, name }, index) => id ?? `${name} ${index}`),
      answeredIds: responsesOf(parts).map(({ id, name }, index) => id ?? `${name} ${index}`),
    })),
  )
  if (flaw?.kind === 'orphan')
    return 'Please ensure that function response turn comes immediately after a function call turn.'
  if (flaw) {
    return 'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.'
  }
  if (toolConfig && !tools) return 'Function calling config is set without function_declarations.'
  const unsigned = contents
    .map(({ parts }) => callsOf(parts)[0])
    .find((call) => call !== undefined && call.signature !== THOUGHT_SIGNATURE)
  if (!model.signsCalls || !unsigned) return undefined
  return `Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly. Function call \`${unsigned.name}\`.`
}

const toText = (parts: readonly Part[]): string => parts.map((entry) => ('text' in entry ? entry.text : '')).join('')

/** The conversation as scripts see it: a function's response is a message of its own. */
export const toScriptMessages = ({ systemInstruction, contents }: GenerateRequest): ScriptMessage[] => [
  ...(systemInstruction ? [{ role: 'system', content: toText(systemInstruction.parts) }] : []),
  ...contents.flatMap(({ role, parts }): ScriptMessage[] => {
    const results = responsesOf(parts).map(
      ({ id, response }): ScriptMessage => ({ role: 'tool', content: String(response.content), toolCallId: id }),
    )
    const toolCalls = callsOf(parts).map(({ id = '', name, args = {} }) => ({
      id,
      name,
      arguments: JSON.stringify(args),
    }))
    const text = toText(parts)
    const isSaid = text !== '' || toolCalls.length > 0 || results.length === 0
    const said = { role: role === 'model' ? 'assistant' : 'user', content: text }
    return [...results, ...(isSaid ? [{ ...said, ...(toolCalls.length > 0 && { toolCalls }) }] : [])]
  }),
]
