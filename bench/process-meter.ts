import { readFileSync } from 'node:fs'
import { monitorEventLoopDelay, performance } from 'node:perf_hooks'

/** What this process used between two moments. */
export type Usage = {
  seconds: number
  /** CPU time over time, all threads; 1 is one core. */
  cores: number
  /** How much later than asked a 10 ms timer fired, in ms. */
  loopDelayMs: { p50: number; p99: number; max: number }
  /** Share of the time that the event loop was at work, 0 to 1. */
  loopUtilisation: number
  /** Share of the time that the main thread was ready to run and got no CPU: what others on the machine cost it. Linux only. */
  starved?: number
}

/** In MB of 10^6 bytes, after a full collection where the process was started with `--expose-gc`. */
export type Memory = { rss: number; heap: number; external: number }

export type ProcessMeter = {
  begin(): void
  /** What was used since `begin`. */
  end(): Usage
}

const RESOLUTION_MS = 10
const round = (value: number, digits = 2) => Number(value.toFixed(digits))

export function createProcessMeter(): ProcessMeter {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  delays.enable()
  let cpu = process.cpuUsage()
  let utilisation = performance.eventLoopUtilization()
  let since = performance.now()
  let waitedMs = readWaitMs()
  // The histogram holds the time between two firings: what is above the interval is delay.
  const lateMs = (nanoseconds: number) => round(Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS))

  return {
    begin() {
      delays.reset()
      cpu = process.cpuUsage()
      utilisation = performance.eventLoopUtilization()
      since = performance.now()
      waitedMs = readWaitMs()
    },
    end() {
      const elapsedMs = performance.now() - since
      const { user, system } = process.cpuUsage(cpu)
      return {
        seconds: round(elapsedMs / 1000, 1),
        cores: round((user + system) / 1000 / elapsedMs, 4),
        loopDelayMs: {
          p50: lateMs(delays.percentile(50)),
          p99: lateMs(delays.percentile(99)),
          max: lateMs(delays.max),
        },
        loopUtilisation: round(performance.eventLoopUtilization(utilisation).utilization, 3),
        starved: waitedMs === undefined ? undefined : round(((readWaitMs() ?? waitedMs) - waitedMs) / elapsedMs, 3),
      }
    },
  }
}

/** How long the main thread has waited for a CPU so far. Source: Documentation/scheduler/sched-stats.rst of the Linux kernel */
function readWaitMs(): number | undefined {
  try {
    return Number(readFileSync('/proc/self/schedstat', 'utf8').split(' ')[1]) / 1e6
  } catch {
    return undefined
  }
}

/** Two collections: what the first one frees may hold what the second one finds. */
export async function readMemory(): Promise<Memory> {
  for (let round = 0; round < 2; round++) {
    globalThis.gc?.()
    await new Promise((resolve) => setImmediate(resolve))
  }
  const { rss, heapUsed, external } = process.memoryUsage()
  return { rss: round(rss / 1e6), heap: round(heapUsed / 1e6), external: round(external / 1e6) }
}

/** What keeps this process alive, by kind: sockets, timers, handles. */
export function countResources(): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1
  return counts
}
