import { randomUUID } from 'node:crypto'
import { z } from 'zod'

/** A tool's call as a script wants it. A string stands for what a model writes that knows no JSON. */
export type ScriptCall = { name: string; arguments: object | string }

/** What a script lets the model say: words, or a tool's call with words before it. */
export type ScriptAnswer = string | { text?: string; toolCall: ScriptCall | readonly ScriptCall[] }

/** A call on its way to the client, its arguments in the pieces in which a model writes them. */
export type WrittenCall = { id: string; name: string; arguments: string; pieces: string[] }

const PIECE_CHARACTERS = 6

/** @param idPrefix as the provider's ids of calls begin, `call_` */
export function readScriptAnswer(answer: ScriptAnswer, idPrefix = 'call_'): { text: string; calls: WrittenCall[] } {
  if (typeof answer === 'string') return { text: answer, calls: [] }
  const calls = [answer.toolCall].flat().map((call): WrittenCall => {
    const text = typeof call.arguments === 'string' ? call.arguments : JSON.stringify(call.arguments)
    return {
      id: idPrefix + randomUUID().replaceAll('-', '').slice(0, 24),
      name: call.name,
      arguments: text,
      pieces: text.match(new RegExp(`[^]{1,${PIECE_CHARACTERS}}`, 'g')) ?? [],
    }
  })
  return { text: answer.text ?? '', calls }
}

/** JSON Schema of what a tool takes, as far as every provider reads it alike: an object. */
export const toolParameters = z.looseObject({
  type: z.literal('object'),
  properties: z.record(z.string(), z.looseObject({})).optional(),
  required: z.array(z.string()).optional(),
})

/** A message as far as tools are concerned. */
export type ToolTrace = { role: string; callIds?: readonly string[]; answeredIds?: readonly string[] }

/** Where a conversation's calls and results do not fit, by the position of the message. */
export type ToolFlaw =
  /** A result that answers no call of the message before it. */
  | { kind: 'orphan'; index: number; id: string }
  /** Calls that the next messages do not answer. */
  | { kind: 'unanswered'; index: number; ids: string[] }

/** Every call is answered before anything else is said, and nothing is answered that was not called. */
export function findToolFlaw(messages: readonly ToolTrace[]): ToolFlaw | undefined {
  let open: { index: number; ids: Set<string> } | undefined
  for (const [index, { callIds = [], answeredIds = [] }] of messages.entries()) {
    for (const id of answeredIds) {
      if (!open?.ids.delete(id)) return { kind: 'orphan', index, id }
    }
    if (open && open.ids.size === 0) open = undefined
    if (open && answeredIds.length === 0) break
    if (callIds.length > 0) open = { index, ids: new Set(callIds) }
  }
  return open && { kind: 'unanswered', index: open.index, ids: [...open.ids] }
}
