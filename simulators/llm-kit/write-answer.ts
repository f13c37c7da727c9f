import { smallTalk } from '../openai/index.ts'
import type { Script, ScriptMessage } from '../openai/index.ts'
import { readScriptAnswer } from './script-tools.ts'
import type { WrittenCall } from './script-tools.ts'
import { toTokens } from './stream-answer.ts'

export type { Script, ScriptMessage }

/** An answer as a model writes it: thoughts first, which count against the limit, then what is left of it as words. */
export type WrittenAnswer = {
  tokens: string[]
  /** Tools called after the words. */
  calls: WrittenCall[]
  /** Tokens of the calls. */
  callTokens: number
  /** How many tokens were thought, not said. */
  thoughts: number
  isCut: boolean
  promptTokens: number
  /** Of the prompt's tokens, those that came out of the provider's cache. */
  cachedTokens: number
}

type WriteAnswerOptions = {
  messages: readonly ScriptMessage[]
  script?: Script
  /** Tokens, thoughts included. */
  limit?: number
  thoughts?: number
  /** As the provider's ids of calls begin. */
  callIdPrefix?: string
}

/** Prompts of this many tokens and more are found in the cache, but for a remainder, as with the real providers. */
const CACHED_FROM = 1024

export function writeAnswer({
  messages,
  script = smallTalk,
  limit = Number.POSITIVE_INFINITY,
  thoughts = 0,
  callIdPrefix,
}: WriteAnswerOptions): WrittenAnswer {
  const { text, calls } = readScriptAnswer(script(messages), callIdPrefix)
  const all = toTokens(text)
  const thought = Math.min(thoughts, limit)
  const tokens = all.slice(0, limit - thought)
  const characters = messages.reduce((sum, { content }) => sum + content.length, 0)
  const promptTokens = Math.ceil(characters / 4) + 4 * messages.length
  return {
    tokens,
    calls,
    callTokens: calls.reduce((sum, { pieces }) => sum + pieces.length, 0),
    thoughts: thought,
    isCut: tokens.length < all.length,
    promptTokens,
    cachedTokens: promptTokens >= CACHED_FROM ? Math.floor(promptTokens / 128) * 128 : 0,
  }
}
