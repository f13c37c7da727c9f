import type { LlmRun } from './llm-run.ts'
import { hasSameWords } from './words.ts'

/** A request that was made before its turn was known to have ended. */
export type Speculation = {
  /** Replaces a former one. */
  begin(words: string, run: LlmRun): void
  /** Hands over the request if it answers just these words; drops it otherwise. */
  take(words: string): LlmRun | undefined
  drop(): void
  tick(now: number): void
}

export function createSpeculation(): Speculation {
  let held: { words: string; run: LlmRun } | undefined

  const drop = () => {
    held?.run.abort()
    held = undefined
  }

  return {
    begin(words, run) {
      drop()
      held = { words, run }
    },
    take(words) {
      const candidate = held
      if (!candidate || candidate.run.hasFailed() || !hasSameWords(candidate.words, words)) {
        drop()
        return undefined
      }
      held = undefined
      return candidate.run
    },
    drop,
    tick: (now) => held?.run.tick(now),
  }
}
