import { createDeferred, withTimeout } from './deferred.ts'
import type { Deferred } from './deferred.ts'
import type { Recorder } from './recording.ts'

/** A moment on the stream's timeline, in ms, the one of the recording. */
export type Moment = { atMs: number }

export type AgentEar = {
  /**
   * The agent's first audible sample from `after` on, played or yet to be played.
   * @param options.after ms on the stream's timeline; default now
   */
  speaks(options?: { after?: number; timeoutMs?: number }): Promise<Moment>
  /**
   * The moment at which the agent fell silent, once nothing was heard of it for `forMs`.
   * @param options.after the silence must last from this moment at the earliest; default the stream's start
   */
  silent(options: { forMs: number; after?: number; timeoutMs?: number }): Promise<Moment>
  /** To be called after each 20 ms of the recording. */
  listen(): void
  /** Lets all who wait know that nothing more comes. */
  end(reason: string): void
}

type Waiter = { check(): number | undefined; found: Deferred<Moment> }

/** Waits for what the caller hears of the agent, judged by the recording. */
export function createAgentEar(recorder: Recorder): AgentEar {
  const waiters = new Set<Waiter>()
  let endReason: string | undefined

  const settle = (waiter: Waiter) => {
    const atMs = waiter.check()
    if (atMs !== undefined) waiter.found.resolve({ atMs })
    return atMs !== undefined
  }

  const wait = async (check: Waiter['check'], timeoutMs: number, what: string): Promise<Moment> => {
    const waiter = { check, found: createDeferred<Moment>() }
    if (!settle(waiter)) {
      if (endReason !== undefined) throw new Error(`${endReason} There was no ${what}.`)
      waiters.add(waiter)
    }
    try {
      return await withTimeout(waiter.found.promise, timeoutMs, what)
    } finally {
      waiters.delete(waiter)
    }
  }

  return {
    speaks: ({ after = recorder.positionMs, timeoutMs = 10_000 } = {}) => {
      let searchedMs = after
      const check = () => {
        const found = recorder.findAgentSound(searchedMs)
        searchedMs = Math.max(searchedMs, recorder.positionMs)
        return found
      }
      return wait(check, timeoutMs, `sound of the agent after ${after} ms`)
    },
    silent: ({ forMs, after = 0, timeoutMs = 30_000 }) => {
      const check = () => {
        const since = Math.max(recorder.lastAgentSoundMs, after)
        return recorder.positionMs - since >= forMs ? since : undefined
      }
      return wait(check, timeoutMs, `${forMs} ms of silence of the agent`)
    },
    listen: () => {
      for (const waiter of waiters) if (settle(waiter)) waiters.delete(waiter)
    },
    end: (reason) => {
      endReason = reason
      for (const waiter of waiters) if (!settle(waiter)) waiter.found.reject(new Error(reason))
      waiters.clear()
    },
  }
}
