import { createDeferred, withTimeout } from './deferred.ts'
import type { Deferred } from './deferred.ts'

export type CallEventName =
  | 'initiated'
  | 'answered'
  | 'rejected'
  | 'stream-open'
  | 'stream-failed'
  | 'stream-closed'
  | 'agent-mark'
  | 'agent-clear'
  | 'frame-refused'
  | 'key-pressed'
  | 'agent-keys'
  | 'bridged'
  | 'ended'

export type CallEvent = {
  name: CallEventName
  /** Ms since the epoch, with fractions. */
  at: number
  /** Ms on the stream's timeline, the one of the recording; undefined before the stream. */
  atMs: number | undefined
  detail: string
}

export type CallLog = {
  readonly events: readonly CallEvent[]
  note(name: CallEventName, detail?: string): void
  /** The first event of that name that passes, whether it has happened or is to come. */
  waitFor(
    name: CallEventName,
    options?: { where?: (event: CallEvent) => boolean; timeoutMs?: number },
  ): Promise<CallEvent>
}

/** What happened on one call, with times, and a way to wait for it instead of sleeping. */
export function createCallLog(readPosition: () => number | undefined): CallLog {
  const events: CallEvent[] = []
  const waiting = new Set<{ matches(event: CallEvent): boolean; found: Deferred<CallEvent> }>()

  return {
    events,
    note: (name, detail = '') => {
      const event = { name, at: performance.timeOrigin + performance.now(), atMs: readPosition(), detail }
      events.push(event)
      for (const waiter of waiting) if (waiter.matches(event)) waiter.found.resolve(event)
    },
    waitFor: async (name, { where = () => true, timeoutMs = 10_000 } = {}) => {
      const matches = (event: CallEvent) => event.name === name && where(event)
      const past = events.find(matches)
      if (past) return past
      const waiter = { matches, found: createDeferred<CallEvent>() }
      waiting.add(waiter)
      try {
        return await withTimeout(waiter.found.promise, timeoutMs, `the event ${name}`)
      } finally {
        waiting.delete(waiter)
      }
    },
  }
}
