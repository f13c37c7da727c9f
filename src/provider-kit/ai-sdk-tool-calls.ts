import type { CallOptions, StreamPart } from './ai-sdk-llm.ts'
import type { LlmToolCall } from './llm.ts'

type ProviderOptions = CallOptions['providerOptions']

/**
 * What a provider wants back with a call: the call's own signature (Gemini's `thoughtSignature`) and the signed thoughts
 * that led to it (Anthropic's `thinking` blocks).
 * Sources: https://ai.google.dev/gemini-api/docs/thought-signatures,
 * https://platform.claude.com/docs/en/build-with-claude/extended-thinking#preserving-thinking-blocks
 */
export type Continuation = {
  options?: ProviderOptions
  thoughts?: { text: string; options: ProviderOptions }[]
}

export type ToolCallReader = {
  /** Takes every part of a stream in order. @returns the call that a part completes */
  read(part: StreamPart): LlmToolCall | undefined
}

const readArguments = (input: string): Pick<LlmToolCall, 'arguments' | 'isMalformed'> => {
  // Models write nothing at all for a tool that takes nothing.
  if (input.trim() === '') return { arguments: {} }
  try {
    const value: unknown = JSON.parse(input)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return { arguments: value as Record<string, unknown> }
    }
  } catch {
    // Falls through: not JSON at all.
  }
  return { arguments: {}, isMalformed: true }
}

/** Reads the calls of one answer, and keeps the thoughts that belong to them as far as the provider signed them. */
export function createToolCallReader(): ToolCallReader {
  const thoughts = new Map<string, { text: string; options: ProviderOptions }>()

  const think = (part: Extract<StreamPart, { type: `reasoning-${string}` }>) => {
    const thought = thoughts.get(part.id) ?? { text: '', options: undefined }
    if (part.type === 'reasoning-delta') thought.text += part.delta
    thought.options = part.providerMetadata ?? thought.options
    thoughts.set(part.id, thought)
  }

  const toContinuation = (options: ProviderOptions): Continuation | undefined => {
    const signed = [...thoughts.values()].filter((thought) => thought.options !== undefined)
    thoughts.clear()
    if (!options && signed.length === 0) return undefined
    return { ...(options && { options }), ...(signed.length > 0 && { thoughts: signed }) }
  }

  return {
    read(part) {
      if (part.type === 'reasoning-start' || part.type === 'reasoning-delta' || part.type === 'reasoning-end') {
        think(part)
        return undefined
      }
      if (part.type !== 'tool-call') return undefined
      const continuation = toContinuation(part.providerMetadata)
      return {
        id: part.toolCallId,
        name: part.toolName,
        ...readArguments(part.input),
        ...(continuation && { continuation }),
      }
    },
  }
}
