import type { LlmMessage } from '../provider-kit/index.ts'
import { joinSpeech } from './words.ts'

/** What the model is told of the conversation: the caller's words, and of the agent's only those that were heard. */
export type History = {
  /** Adds the caller's words; words that nobody answered yet are joined with them. */
  addCaller(text: string): void
  /** Adds what the caller heard of an answer; nothing heard leaves no trace. */
  addAgent(heard: string): void
  /** Whether the caller's last words wait for an answer. */
  isUnanswered(): boolean
  /** A copy, with further caller's words at its end if given. */
  messages(tentative?: string): LlmMessage[]
}

const hasCalls = (message: LlmMessage) => message.role === 'assistant' && message.toolCalls !== undefined

const append = (messages: LlmMessage[], role: 'user' | 'assistant', text: string): void => {
  if (!text.trim()) return
  const last = messages.at(-1)
  if (last?.role === role && !hasCalls(last))
    messages[messages.length - 1] = { role, content: joinSpeech(last.content, text) }
  else messages.push({ role, content: text.trim() })
}

export function createHistory(): History {
  const messages: LlmMessage[] = []
  return {
    addCaller: (text) => append(messages, 'user', text),
    addAgent: (heard) => append(messages, 'assistant', heard),
    isUnanswered: () => messages.at(-1)?.role === 'user',
    messages(tentative) {
      const copy = messages.slice()
      if (tentative) append(copy, 'user', tentative)
      return copy
    },
  }
}
