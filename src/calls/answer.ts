import { createClauseSplitter } from './clause-splitter.ts'
import type { TurnClock } from './latency.ts'
import type { LlmRun } from './llm-run.ts'
import type { Speech } from './speech.ts'
import type { CallError } from './types.ts'

/** One answer of the agent: the model's text on its way to the caller's ear. */
export type Answer = {
  /** The turn it answers; a greeting answers none. */
  readonly clock: TurnClock | undefined
  /** Speaks what a request brings, clause by clause. */
  follow(run: LlmRun): void
  /** Speaks a fixed text. */
  say(text: string): void
  /** Drops the answer. @returns the words heard */
  stop(): string
  /** All words given to be spoken. */
  text(): string
  heard(): string
  tick(now: number): void
}

export type AnswerOptions = {
  speech: Speech
  clock?: TurnClock
  now(): number
  /** The model failed; the speech's own failures go elsewhere. */
  onModelFailed(error: CallError): void
}

export function createAnswer({ speech, clock, now, onModelFailed }: AnswerOptions): Answer {
  const splitter = createClauseSplitter()
  let run: LlmRun | undefined
  let isOver = false

  const write = (clause: string, at: number) => {
    if (!clause) return
    const isFirst = !speech.hasText()
    if (isFirst) clock?.clauseReady(at)
    speech.write(clause)
    if (isFirst) clock?.clauseWritten(now())
  }

  return {
    clock,
    follow(next) {
      run = next
      next.attach({
        onText(text, at) {
          if (isOver) return
          clock?.firstToken(next.firstTokenAt() ?? at)
          for (const clause of splitter.push(text)) write(clause, at)
        },
        onFinish(at) {
          if (isOver) return
          write(splitter.flush(), at)
          speech.finish()
        },
        onFailed(error) {
          if (!isOver) onModelFailed(error)
        },
      })
    },
    say(text) {
      speech.write(text)
      speech.finish()
    },
    stop() {
      isOver = true
      run?.abort()
      return speech.cancel()
    },
    text: () => speech.text(),
    heard: () => speech.heard(),
    tick(at) {
      if (isOver) return
      run?.tick(at)
      if (!isOver) speech.tick(at)
    },
  }
}
