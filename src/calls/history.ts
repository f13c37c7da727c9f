import type { LlmMessage, LlmToolCall } from '../provider-kit/index.ts'
import { joinSpeech } from './words.ts'

/** The place of one tool's answer, which may still be on its way. */
export type ToolSlot = {
  readonly call: LlmToolCall
  /** What the tool answered, once it has. */
  content?: string
  /** What the model was told so far; it stands. */
  told?: string
}

/** Tools that one answer called after so many characters of what it says. */
export type ToolStep = { textEnd: number; slots: readonly ToolSlot[] }

/** What an answer says, in full or as far as it was heard, and the tools that it called in between. */
export type Said = { text: string; steps?: readonly ToolStep[] }

/** What the model is told of the conversation: the caller's words, of the agent's only those that were heard, and tools. */
export type History = {
  /** Adds the caller's words; words that nobody answered yet are joined with them. */
  addCaller(text: string): void
  /** Adds what the caller heard of an answer, and all its tools; nothing heard leaves no trace. */
  addAgent(heard: Said): void
  /** A tool has answered. Where the model was told something else before, it is told this in words of their own. */
  settle(slot: ToolSlot, content: string): void
  /** Whether the caller's last words, or a tool's answer, wait for an answer. */
  isUnanswered(): boolean
  /** A copy, with further caller's words or the answer under way at its end if given. */
  messages(more?: { tentative?: string; said?: Said }): LlmMessage[]
}

type Entry = { role: 'user'; content: string } | (LlmMessage & { role: 'assistant' }) | { role: 'tool'; slot: ToolSlot }

const STILL_RUNNING = 'It is still running. What it answers follows later.'

const append = (entries: Entry[], role: 'user' | 'assistant', text: string): void => {
  if (!text.trim()) return
  const last = entries.at(-1)
  const isOpen = last !== undefined && last.role !== 'tool' && !('toolCalls' in last)
  if (isOpen && last.role === role) entries[entries.length - 1] = { role, content: joinSpeech(last.content, text) }
  else entries.push({ role, content: text.trim() })
}

/** Each step's calls after the words that stood before them, so far as those are left. */
const appendSaid = (entries: Entry[], { text, steps = [] }: Said): void => {
  let from = 0
  for (const { textEnd, slots } of steps) {
    const content = text.slice(from, textEnd).trim()
    from = textEnd
    entries.push({ role: 'assistant', content, toolCalls: slots.map(({ call }) => call) })
    for (const slot of slots) entries.push({ role: 'tool', slot })
  }
  append(entries, 'assistant', text.slice(from))
}

const toMessage = (entry: Entry): LlmMessage => {
  if (entry.role !== 'tool') return entry
  const { slot } = entry
  slot.told ??= slot.content ?? STILL_RUNNING
  return { role: 'tool', toolCallId: slot.call.id, toolName: slot.call.name, content: slot.told }
}

export function createHistory(): History {
  const entries: Entry[] = []
  return {
    addCaller: (text) => append(entries, 'user', text),
    addAgent: (heard) => appendSaid(entries, heard),
    settle(slot, content) {
      if (slot.told !== undefined) append(entries, 'user', `(${slot.call.name} has answered now: ${content})`)
      slot.content = content
    },
    isUnanswered() {
      const last = entries.at(-1)
      return last?.role === 'user' || (last?.role === 'tool' && last.slot.content !== undefined)
    },
    messages({ tentative, said } = {}) {
      const copy = entries.slice()
      if (said) appendSaid(copy, said)
      if (tentative) append(copy, 'user', tentative)
      return copy.map(toMessage)
    },
  }
}
