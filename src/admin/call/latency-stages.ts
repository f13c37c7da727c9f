import type { TurnLatency } from './types.ts'

/** The way of an answer, from the caller's last sound to the first sound that goes out to them. */
export const STAGES = ['transcript', 'token', 'audio', 'frame'] as const
export type Stage = (typeof STAGES)[number]

/** What each stage waits for, as people call it. */
export const STAGE_WORDS: Readonly<Record<Stage, string>> = {
  transcript: 'Transcript',
  token: 'First word',
  audio: 'First audio',
  frame: 'Sent',
}

export type TurnStages = {
  stages: { stage: Stage; ms: number }[]
  /** From the end of speech to the first frame; absent where the answer was never sent. */
  totalMs?: number
}

/**
 * How long each stage of a turn took beyond the one before, in ms. What a speculative answer had ready before the turn
 * was known to have ended took no time of the turn.
 */
export function stagesOf(turn: TurnLatency): TurnStages {
  const ends: Record<Stage, number | undefined> = {
    transcript: turn.finalTranscriptMs,
    token: turn.firstTokenMs,
    audio: turn.firstAudioMs,
    frame: turn.firstFrameSentMs,
  }
  let reached = turn.speechEndMs
  const stages = STAGES.flatMap((stage) => {
    const end = ends[stage]
    if (end === undefined) return []
    const ms = Math.max(0, end - reached)
    reached = Math.max(reached, end)
    return [{ stage, ms }]
  })
  return { stages, ...(ends.frame !== undefined && { totalMs: Math.max(0, ends.frame - turn.speechEndMs) }) }
}

/** The middle of some numbers; undefined for none. */
export function medianOf(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((one, other) => one - other)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle]
  const lower = sorted.length % 2 === 0 ? sorted[middle - 1] : upper
  return upper === undefined || lower === undefined ? undefined : (lower + upper) / 2
}
