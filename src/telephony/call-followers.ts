import type { CallProgress } from '../calls/index.ts'
import type { CallStatus } from '../collections/Calls/call-status.ts'
import type { LiveCallEvent, LiveCallListener } from '../server/runtime.ts'

/** Tells those who follow a live call what changes. */
export type CallFollowers = {
  /** Tells at once how the call stands. @returns stops it */
  follow(listener: LiveCallListener): () => void
  noteState(status: CallStatus, endedReason?: string): void
  /** What is new in the transcript and the latencies since the last time. */
  noteProgress(progress: Pick<CallProgress, 'transcript' | 'turns'>): void
  /** The call is over, and so is following it. */
  end(): void
}

export function createCallFollowers({ status }: { status: CallStatus }): CallFollowers {
  const listeners = new Set<LiveCallListener>()
  let state: LiveCallEvent = { type: 'state', data: { status } }
  let transcript: string[] = []
  let turns: string[] = []

  const tell = (event: LiveCallEvent) => {
    for (const listener of listeners) listener.onEvent(event)
  }

  const tellChanges = (type: 'transcript' | 'latency', former: readonly string[], entries: readonly unknown[]) => {
    const written = entries.map((entry) => JSON.stringify(entry))
    for (const [index, text] of written.entries()) {
      if (text !== former[index]) tell({ type, data: { index, ...(entries[index] as object) } })
    }
    return written
  }

  const replay = (listener: LiveCallListener) => {
    listener.onEvent(state)
    for (const [index, text] of transcript.entries())
      listener.onEvent({ type: 'transcript', data: { index, ...JSON.parse(text) } })
    for (const [index, text] of turns.entries())
      listener.onEvent({ type: 'latency', data: { index, ...JSON.parse(text) } })
  }

  return {
    follow(listener) {
      listeners.add(listener)
      replay(listener)
      return () => listeners.delete(listener)
    },
    noteState(next, endedReason) {
      state = { type: 'state', data: { status: next, ...(endedReason ? { endedReason } : {}) } }
      tell(state)
    },
    noteProgress(progress) {
      transcript = tellChanges('transcript', transcript, progress.transcript)
      turns = tellChanges('latency', turns, progress.turns)
    },
    end() {
      for (const listener of listeners) listener.onEnd()
      listeners.clear()
    },
  }
}
