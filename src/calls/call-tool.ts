import type { LlmTool } from '../provider-kit/index.ts'

/** What a tool answers: words for the model, or that it failed, in words for the model. */
export type CallToolAnswer = string | { failed: string }

/** A tool that the agent of a call may use, bound to that call. */
export type CallTool = LlmTool & {
  /**
   * `after-words`: it runs once the caller has heard what the agent said before, and not at all when the caller speaks
   * first. Default `at-once`.
   */
  timing?: 'at-once' | 'after-words'
  /** Of a tool that runs after words: what the model is told to say first where it has said nothing in this turn. */
  wordsFirst?: string
  /**
   * What its success means: the call ends as the agent's hang-up, or the agent says nothing more in this turn. Without it
   * the model goes on with the answer.
   */
  effect?: 'ends-call' | 'ends-turn'
  /** How long it may take, in ms; the engine's `toolMs` by default. */
  deadlineMs?: number
  /** What of the arguments people may read in the call's record; nothing by default. */
  describe?(args: Readonly<Record<string, unknown>>): string | undefined
  /**
   * Runs at most once for each call of the model that fits `parameters`. What it throws is told without its text.
   * @param context.signal aborted when its time is up and when the call ends
   */
  run(args: Readonly<Record<string, unknown>>, context: { signal: AbortSignal }): Promise<CallToolAnswer>
}

/** How a tool's call went. `refused`: it never ran, because it is unknown, did not fit, or came too often. */
export type ToolOutcome = 'running' | 'ok' | 'failed' | 'timed-out' | 'refused' | 'dropped'

/** A tool's call as people read it in the call's record. Times in ms from the start of the call. */
export type ToolCallEntry = {
  name: string
  startMs: number
  /** Absent while it runs. */
  durationMs?: number
  /** `dropped`: the caller spoke, or the call ended, before it was done. */
  outcome: ToolOutcome
  /** For a person: to whom a call was handed, what was searched for. */
  detail?: string
}
