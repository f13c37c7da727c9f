/** Limits of a call in ms. Every wait of the engine has one. */
export type CallDeadlines = {
  /** Until the speech-to-text provider accepts the stream. */
  sttOpenMs: number
  /** From an LLM request to its first token. */
  llmFirstTokenMs: number
  /** Between two tokens. */
  llmBetweenTokensMs: number
  /** From the first text written to the first audio, and between audio and the end of an utterance. */
  ttsFirstAudioMs: number
  /** Neither side says anything. The agent's `turns.silenceTimeoutSeconds` comes first. */
  silenceMs: number
  /** How long the carrier's socket may stay congested. */
  backpressureMs: number
  /** How long the providers may take to close in good order; past it they are dropped. */
  closeMs: number
  /** From the end of the call to its summary, whatever anybody does. */
  teardownMs: number
  /** How long a farewell may take. */
  farewellMs: number
  /** How long a tool may run, unless it says otherwise itself. */
  toolMs: number
  /** Keys that the caller presses no further apart than this belong together. */
  keyPauseMs: number
}

export const DEFAULT_DEADLINES: CallDeadlines = {
  sttOpenMs: 5_000,
  llmFirstTokenMs: 8_000,
  llmBetweenTokensMs: 8_000,
  ttsFirstAudioMs: 8_000,
  silenceMs: 30_000,
  backpressureMs: 5_000,
  closeMs: 3_500,
  teardownMs: 4_500,
  farewellMs: 8_000,
  toolMs: 10_000,
  keyPauseMs: 1_500,
}

/** Named alarms that are checked on the shared ticker: no timer of their own, one comparison a tick. */
export type Alarms<Name extends string> = {
  /** Sets or moves an alarm. @param atMs on the clock that `check` is given */
  set(name: Name, atMs: number): void
  clear(name: Name): void
  clearAll(): void
  /** Calls `onDue` for every alarm whose time has come; each is cleared first. */
  check(now: number): void
}

export function createAlarms<Name extends string>(onDue: (name: Name) => void): Alarms<Name> {
  const dueAt = new Map<Name, number>()
  let earliest = Number.POSITIVE_INFINITY

  const refresh = () => {
    earliest = Number.POSITIVE_INFINITY
    for (const at of dueAt.values()) if (at < earliest) earliest = at
  }

  return {
    set(name, atMs) {
      dueAt.set(name, atMs)
      refresh()
    },
    clear(name) {
      if (dueAt.delete(name)) refresh()
    },
    clearAll() {
      dueAt.clear()
      refresh()
    },
    check(now) {
      if (now < earliest) return
      const due: Name[] = []
      for (const [name, at] of dueAt) if (at <= now) due.push(name)
      for (const name of due) dueAt.delete(name)
      refresh()
      for (const name of due) onDue(name)
    },
  }
}
