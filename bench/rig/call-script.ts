import { createClauseSplitter } from '../../src/calls/clause-splitter.ts'
import { listUtterances } from '../../simulators/speech/index.ts'
import { toTokens } from '../../simulators/openai/chat-stream.ts'
import type { ScriptMessage } from '../../simulators/openai/chat-request.ts'

/** One thing that the caller says, and what is to be answered. */
export type Line = {
  /** Id of a recorded utterance. */
  utterance: string
  reply: string
  /** The caller breaks into the reply after so much of it was heard, in ms, with the next line. */
  brokenIntoAfterMs?: number
}

export const GREETING = 'Hello, how can I help you?'

const LINES: readonly Line[] = [
  {
    utterance: 'opening-hours',
    reply: 'We are open from nine to five, Monday to Friday, and on Saturdays until noon.',
  },
  {
    utterance: 'tell-me-more',
    reply:
      "We serve lunch and dinner every day, and we deliver within the city. Our cook changes the menu with the seasons, and there is a children's menu as well.",
    brokenIntoAfterMs: 1_500,
  },
  { utterance: 'wait-actually', reply: 'Three people it is, thank you. I have changed it in the book.' },
  { utterance: 'where-located', reply: 'You find us in the old town, right behind the market hall.' },
  { utterance: 'thanks-bye', reply: 'You are welcome. We look forward to seeing you, goodbye.' },
]

/** So many turns of the caller, the broken one and what breaks it counted as one; repeated where there are more. */
export function createScript(turns: number): Line[] {
  const script: Line[] = []
  for (let turn = 0, index = 0; turn < turns; index++) {
    const line = LINES[index % LINES.length] as Line
    script.push(line)
    if (line.brokenIntoAfterMs === undefined) turn++
  }
  return script
}

const NOT_UNDERSTOOD = 'I am sorry, I did not understand that.'

const textOf = new Map(listUtterances().map(({ id, text }) => [id, text]))
const REPLIES = new Map(LINES.map(({ utterance, reply }) => [textOf.get(utterance), reply]))

/** The simulated model: knows the script's lines word for word and nothing else, so that a call misheard is a failed one. */
export const answerByScript = (messages: readonly ScriptMessage[]): string => {
  const heard = messages.findLast(({ role }) => role === 'user')?.content.trim()
  return REPLIES.get(heard) ?? NOT_UNDERSTOOD
}

/** Tokens that the model must have sent before the first clause of a text stands. */
export function tokensOfFirstClause(text: string): number {
  const splitter = createClauseSplitter()
  const tokens = toTokens(text)
  const index = tokens.findIndex((token) => splitter.push(token).length > 0)
  return index < 0 ? tokens.length : index + 1
}
