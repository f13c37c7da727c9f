import { z } from 'zod'
import type { LlmTool, LlmToolCall } from '../provider-kit/index.ts'

/** Arguments that fit a tool, or what to tell the model about them. */
export type FittedArguments = { args: Readonly<Record<string, unknown>> } | { problem: string }

const MOST_ISSUES = 5

/** Reads a tool's JSON Schema once. @returns what holds arguments against it, in words that a model can act on */
export function createArgumentsCheck({ parameters }: LlmTool): (call: LlmToolCall) => FittedArguments {
  const schema = z.fromJSONSchema(parameters as Parameters<typeof z.fromJSONSchema>[0])
  return ({ arguments: args, isMalformed }) => {
    if (isMalformed) return { problem: 'The arguments were not a JSON object.' }
    const result = schema.safeParse(args)
    if (result.success) return { args }
    const issues = result.error.issues.slice(0, MOST_ISSUES)
    const texts = issues.map(({ path, message }) => `${path.join('.') || 'arguments'}: ${message}`)
    return { problem: `The arguments do not fit. ${texts.join('; ')}` }
  }
}
