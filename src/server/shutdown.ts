import { getRuntime } from './runtime.ts'
import type { RunningServer } from './start-server.ts'

/** Closing must not outlast this, whatever hangs. */
const CLOSE_DEADLINE_MS = 8_000
const FAREWELL = 'I am sorry, I have to end our call now. Please call again in a moment. Goodbye.'

/**
 * On SIGTERM or SIGINT: no new calls, live calls go on for the drain time, then a spoken goodbye, a hang-up, records
 * closed, exit 0. A second signal ends the process at once.
 */
export function stopOnSignals(server: RunningServer): void {
  let isStopping = false
  const stop = async () => {
    if (isStopping) process.exit(1)
    isStopping = true
    await drainCalls({ seconds: server.environment.drainSeconds })
    const deadline = setTimeout(() => process.exit(0), CLOSE_DEADLINE_MS)
    await server.close().catch((error: unknown) => console.error(error))
    clearTimeout(deadline)
    process.exit(0)
  }
  process.on('SIGTERM', () => void stop())
  process.on('SIGINT', () => void stop())
}

/** Takes no new calls, waits for the live ones, and ends what is left with a goodbye. */
async function drainCalls({ seconds }: { seconds: number }): Promise<void> {
  const runtime = getRuntime()
  runtime.isDraining = true
  const deadline = Date.now() + seconds * 1_000
  while (runtime.liveCalls.size > 0 && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  await Promise.all([...runtime.liveCalls.values()].map((call) => call.end('shutdown', FAREWELL)))
}
