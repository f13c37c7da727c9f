import type { CallProgress } from '../calls/index.ts'

/** Writes the progress of live calls now and then, one write at a time over the whole process. */
export type ProgressWriter = {
  /** Notes the newest state of a call; only the newest is written. */
  note(callId: string, progress: CallProgress, write: (progress: CallProgress) => Promise<unknown>): void
  /** Forgets a call that has ended; resolves when none of its writes is under way any more. */
  forget(callId: string): Promise<void>
}

type Noted = { progress: CallProgress; write: (progress: CallProgress) => Promise<unknown> }

/**
 * SQLite's driver blocks the event loop for some milliseconds a write: fifty calls that each wrote their two-second
 * progress would be heard. One write each `pauseMs` bounds that to a few per cent of a core, whatever the load.
 * @param options.pauseMs time between two writes of any two calls
 */
export function createProgressWriter({
  pauseMs,
  onError,
}: {
  pauseMs: number
  onError(error: unknown): void
}): ProgressWriter {
  const noted = new Map<string, Noted>()
  let timer: NodeJS.Timeout | undefined
  let current: { callId: string; done: Promise<unknown> } | undefined

  const writeNext = async () => {
    timer = undefined
    const [entry] = noted
    if (!entry) return
    const [callId, { progress, write }] = entry
    noted.delete(callId)
    const done = Promise.resolve()
      .then(() => write(progress))
      .catch(onError)
    current = { callId, done }
    await done
    current = undefined
    schedule()
  }

  const schedule = () => {
    if (timer === undefined && current === undefined && noted.size > 0) timer = setTimeout(writeNext, pauseMs)
  }

  return {
    note(callId, progress, write) {
      noted.set(callId, { progress, write })
      schedule()
    },
    async forget(callId) {
      noted.delete(callId)
      if (noted.size === 0 && timer !== undefined) {
        clearTimeout(timer)
        timer = undefined
      }
      if (current?.callId === callId) await current.done
    },
  }
}
