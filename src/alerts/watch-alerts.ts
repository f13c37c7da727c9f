import type { Payload } from 'payload'
import { sendDueAlerts } from './send-due-alerts.ts'

/** How long an alert waits at most until somebody looks whether it is to be sent. */
const BEAT_MS = 3_000

export type AlertsWatch = {
  /** Ends the watch; resolves when no round is under way. What was cut short is sent by the next process. */
  stop(): Promise<void>
}

/**
 * Sends alerts as they become due, from this process as from every other on the same database. What is to be sent
 * stands in the database alone, so that nothing is lost where a process ends. Rounds never overlap; a failed one is
 * logged.
 * @param options.beatMs between two rounds
 */
export function watchAlerts({ payload, beatMs = BEAT_MS }: { payload: Payload; beatMs?: number }): AlertsWatch {
  const stopping = new AbortController()
  let timer: NodeJS.Timeout | undefined
  let round = Promise.resolve()
  const beat = async () => {
    try {
      await sendDueAlerts({ payload, signal: stopping.signal })
    } catch (error) {
      payload.logger.error({ err: error, msg: 'Alerts could not be sent' })
    }
  }
  const schedule = () => {
    if (stopping.signal.aborted) return
    timer = setTimeout(() => {
      round = beat().then(schedule)
    }, beatMs)
    timer.unref()
  }
  schedule()
  return {
    async stop() {
      stopping.abort()
      clearTimeout(timer)
      await round
    },
  }
}
