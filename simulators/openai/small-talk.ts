import type { ScriptAnswer } from '../llm-kit/script-tools.ts'
import type { ScriptMessage } from './chat-request.ts'

/** What the simulated model says to the messages of one request. */
export type Script = (messages: readonly ScriptMessage[]) => ScriptAnswer

const ANSWERS: readonly (readonly [RegExp, string])[] = [
  [/\b(hello|hi|good (morning|afternoon|evening))\b/i, 'Hello, and thank you for calling. How can I help you today?'],
  [
    /\b(open|opening|hours)\b/i,
    'We are open from nine to five, Monday to Friday. On Saturdays we close at noon, and on Sundays we rest.',
  ],
  [
    /\b(appointment|book|table)\b/i,
    'I can book that for you. Which day would suit you best, and at what time should it be?',
  ],
  [/\b(thanks?|thank you)\b/i, 'You are welcome. Is there anything else that I can do for you?'],
  [/\b(bye|goodbye)\b/i, 'Goodbye, and have a nice day.'],
]

/** Deterministic small talk, keyed on the last user message; what it does not know it repeats, with more to interrupt. */
export const smallTalk = (messages: readonly ScriptMessage[]): string => {
  const heard = messages.findLast(({ role }) => role === 'user')?.content.trim() ?? ''
  if (heard === '') return 'Hello. I am listening.'
  const answer = ANSWERS.find(([pattern]) => pattern.test(heard))?.[1]
  if (answer) return answer
  return (
    `You said: ${heard.replace(/[.!?]+$/, '')}. ` +
    'Let me tell you a little more about that, because there are several things worth knowing before you decide what to do next.'
  )
}
