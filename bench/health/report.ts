import type { readMachine } from '../save-results.ts'
import type { Cost } from './server.ts'

export type HealthResults = {
  /** ISO 8601. */
  at: string
  machine: ReturnType<typeof readMachine>
  tenants: number
  keys: number
  /** How often an idle key is tested, in hours. */
  sweepHours: number
  sweep: Cost
  /** Rounds without a due key. */
  ticks: Cost
  reports: Cost
  /** Uses in one batch, and the keys that they are of. */
  batch: { uses: number; keys: number; everySeconds: number }
  batches: Cost
  /** Shares of one core on average, 1 is all of it. */
  shares: { probes: number; ticks: number; batches: number; all: number }
}

const SWEEP_SECONDS = 6 * 3_600

/** What health takes of one core on average. */
export function sharesOf({
  sweep,
  ticks,
  batches,
  batch,
}: Pick<HealthResults, 'sweep' | 'ticks' | 'batches' | 'batch'>) {
  const probes = sweep.cpuSeconds / SWEEP_SECONDS
  const perTick = ticks.cpuSeconds / ticks.count / 60
  const perBatch = batches.cpuSeconds / batches.count / batch.everySeconds
  return { probes, ticks: perTick, batches: perBatch, all: probes + perTick + perBatch }
}

const percent = (share: number) => `${(share * 100).toFixed(3)} %`
const millis = ({ cpuSeconds, count }: Cost) => ((cpuSeconds * 1_000) / count).toFixed(2)

/** The results as Markdown. */
export function renderHealthReport(results: HealthResults): string {
  const { at, machine, tenants, keys, sweepHours, sweep, ticks, reports, batch, batches, shares } = results
  const rows = [
    ['testing every idle key once', `${sweep.count} tests, ${millis(sweep)} ms each`, percent(shares.probes)],
    ['the round of every minute, nothing due', `${millis(ticks)} ms each`, percent(shares.ticks)],
    [
      `writing down uses: ${batch.uses} of ${batch.keys} keys every ${batch.everySeconds} s`,
      `${millis(batches)} ms each`,
      percent(shares.batches),
    ],
    ['together', '', percent(shares.all)],
  ]
  return [
    `${at.slice(0, 10)}, ${machine.cores} × ${machine.cpu}, ${machine.memoryGb} GB, Node ${machine.node}, load average before ${machine.loadBefore}; ${tenants} workspaces, ${keys} keys, each tested every ${sweepHours} h.`,
    [
      '| work | CPU | of a core on average |',
      '| --- | ---: | ---: |',
      ...rows.map((row) => `| ${row.join(' | ')} |`),
    ].join('\n'),
    `Reporting one use takes ${((reports.cpuSeconds * 1e6) / reports.count).toFixed(2)} µs. While keys were tested as fast as it goes, the event loop was late by ${sweep.loopDelayMs.p99} ms at the 99th percentile and by ${sweep.loopDelayMs.max} ms at worst.`,
  ].join('\n\n')
}
