import { getRuntime } from './runtime.ts'
import type { RunningServer } from './start-server.ts'

/** Goodbyes, hang-ups and closing together must not outlast this, whatever hangs. */
const CLOSE_DEADLINE_MS = 9_000
const DRAIN_POLL_MS = 100
const FAREWELL = 'I am sorry, I have to end our call now. Please call again in a moment. Goodbye.'

/**
 * On SIGTERM or SIGINT: no new calls, live calls go on for the drain time, then a spoken goodbye, a hang-up, records
 * closed, exit 0. A second signal ends the process at once.
 */
export function stopOnSignals(server: Pick<RunningServer, 'environment' | 'close'>): void {
  const stop = async () => {
    if (getRuntime().isDraining) process.exit(1)
    getRuntime().isDraining = true
    await callsEnd({ withinMs: server.environment.drainSeconds * 1_000 })
    // What is not closed by then is closed as lost by the next start, or by another node.
    setTimeout(() => process.exit(0), CLOSE_DEADLINE_MS)
    await sayGoodbye()
    await server.close().catch((error: unknown) => console.error(error))
    process.exit(0)
  }
  process.on('SIGTERM', () => void stop())
  process.on('SIGINT', () => void stop())
}

/** Resolves when no call is live any more, or the time is over. */
async function callsEnd({ withinMs }: { withinMs: number }): Promise<void> {
  const deadline = Date.now() + withinMs
  while (getRuntime().liveCalls.size > 0 && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, DRAIN_POLL_MS))
  }
}

/** Ends what is left with a goodbye; one call that will not end must not keep the others from it. */
async function sayGoodbye(): Promise<void> {
  const calls = [...getRuntime().liveCalls.values()]
  await Promise.allSettled(calls.map((call) => call.end('shutdown', FAREWELL)))
}
