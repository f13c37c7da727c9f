import type { ToolCallEntry, TranscriptEntry } from './types.ts'

/** What happened in a conversation, in its order. */
export type Moment = { kind: 'said'; entry: TranscriptEntry } | { kind: 'used'; tool: ToolCallEntry }

const startOf = (moment: Moment): number => (moment.kind === 'said' ? moment.entry.startMs : moment.tool.startMs)

/** Puts the tools that were used between the words; words come first where both begin at once. */
export function toTimeline(transcript: readonly TranscriptEntry[], tools: readonly ToolCallEntry[]): Moment[] {
  const said = transcript.map((entry): Moment => ({ kind: 'said', entry }))
  const used = tools.map((tool): Moment => ({ kind: 'used', tool }))
  return [...said, ...used].sort((one, other) => startOf(one) - startOf(other))
}
