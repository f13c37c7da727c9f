import type { BenchOptions } from './options.ts'
import type { MicroResult } from './micro.ts'
import type { Spread } from './percentile.ts'
import type { Memory } from './process-meter.ts'
import type { RelayResult } from './relay-step.ts'
import { hasPassed } from './step.ts'
import type { Base, StepResult } from './step.ts'

/** What the product held after the last call, against what it held before the first. */
export type Leftovers = {
  isClean: boolean
  /** How long after the last call. */
  afterMs: number
  liveCalls: number
  before: Record<string, number>
  after: Record<string, number>
  memory: Memory
}

export type BenchResults = {
  /** ISO 8601. */
  at: string
  machine: { cpu: string; cores: number; memoryGb: number; node: string; loadBefore: number }
  options: BenchOptions
  callSeconds: number
  base: Base
  steps: StepResult[]
  relays: RelayResult[]
  micro: MicroResult[]
  leftovers: Leftovers
}

type Row = { name: string; of(step: StepResult): string }

const spread = (value: Spread | undefined, ...parts: ('p50' | 'p95' | 'p99')[]): string =>
  value ? parts.map((part) => String(Math.round(value[part] * 10) / 10)).join(' / ') : '–'

const ROWS: readonly Row[] = [
  { name: 'calls placed, failed', of: ({ placed, failed }) => `${placed}, ${failed}` },
  { name: 'turns measured', of: ({ heard }) => String(heard?.count ?? 0) },
  { name: 'caller hears an answer, p50 / p95, ms', of: ({ heard }) => spread(heard, 'p50', 'p95') },
  {
    name: 'engine’s share of a turn by its own clock, p50 / p95 / p99, ms',
    of: ({ engineShare }) => spread(engineShare, 'p50', 'p95', 'p99'),
  },
  {
    name: 'share of a turn from outside, p50 / p95 / p99, ms',
    of: ({ outsideShare }) => spread(outsideShare, 'p50', 'p95', 'p99'),
  },
  { name: 'barge-in: caller speaks → silence, p50 / p95, ms', of: ({ bargeIn }) => spread(bargeIn, 'p50', 'p95') },
  {
    name: 'of it without the transcription’s notice, p50 / p95, ms',
    of: ({ bargeInShare }) => spread(bargeInShare, 'p50', 'p95'),
  },
  { name: 'late frames: count, worst ms', of: ({ frames }) => `${frames.late}, ${frames.worstMs}` },
  { name: 'calls with a frame over 40 ms late', of: ({ frames }) => String(frames.callsWorseThan40Ms) },
  { name: 'characters of replies made unreadable', of: ({ frames }) => String(frames.lostCharacters) },
  { name: 'worst pause after a mark, ms', of: ({ frames }) => String(frames.worstPauseAfterMarkMs) },
  { name: 'cores of the product', of: ({ product }) => product.cores.toFixed(3) },
  { name: 'cores per live call on top of the base', of: ({ coresPerCall }) => coresPerCall.toFixed(4) },
  {
    name: 'MB per live call on top of the base, heap and buffers',
    of: ({ heapMbPerCall }) => heapMbPerCall.toFixed(2),
  },
  { name: 'MB per live call on top of the base, resident', of: ({ rssMbPerCall }) => rssMbPerCall.toFixed(2) },
  {
    name: 'event-loop delay p50 / p99 / worst, ms',
    of: ({ product: { loopDelayMs } }) => `${loopDelayMs.p50} / ${loopDelayMs.p99} / ${loopDelayMs.max}`,
  },
  {
    name: 'ready to run but without a CPU, product / rig, % of the time',
    of: ({ product, rig }) =>
      [product, rig].map(({ starved }) => (starved === undefined ? '–' : (starved * 100).toFixed(1))).join(' / '),
  },
  {
    name: 'the rig itself: cores, event-loop delay p99 ms',
    of: ({ rig }) => `${rig.cores.toFixed(3)}, ${rig.loopDelayMs.p99}`,
  },
]

const table = (head: string[], rows: string[][]): string =>
  [head, head.map((_, index) => (index === 0 ? '---' : '---:')), ...rows]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n')

function renderLadder({ steps }: BenchResults): string {
  const [unloaded] = steps
  const verdicts = steps.map((step) => (unloaded && hasPassed(step, unloaded) ? 'yes' : 'no'))
  return table(
    ['concurrent calls', ...steps.map(({ calls }) => String(calls))],
    [['holds', ...verdicts], ...ROWS.map(({ name, of }) => [name, ...steps.map(of)])],
  )
}

function renderRelays({ steps, relays }: BenchResults): string {
  return table(
    ['concurrent streams', ...relays.map(({ streams }) => String(streams))],
    [
      ['relay: cores per stream', ...relays.map(({ coresPerStream }) => coresPerStream.toFixed(5))],
      ['relay: event-loop delay p99, ms', ...relays.map(({ relay }) => String(relay.loopDelayMs.p99))],
      [
        'product ÷ relay: cores per call',
        ...relays.map(({ streams, coresPerStream }) => {
          const step = steps.find(({ calls }) => calls === streams)
          return step && coresPerStream > 0 ? (step.coresPerCall / coresPerStream).toFixed(1) : '–'
        }),
      ],
      [
        'product − relay: event-loop delay p99, ms',
        ...relays.map(({ streams, relay }) => {
          const step = steps.find(({ calls }) => calls === streams)
          return step ? (step.product.loopDelayMs.p99 - relay.loopDelayMs.p99).toFixed(1) : '–'
        }),
      ],
    ],
  )
}

const megabytes = ({ rss, heap, external }: Memory): string =>
  `${Math.round(heap + external)} MB heap and buffers, ${Math.round(rss)} MB resident`

/** The results as Markdown. */
export function renderReport(results: BenchResults): string {
  const { at, machine, options, callSeconds, base, relays, micro, leftovers } = results
  const open = Object.entries(leftovers.after).filter(([kind, count]) => count > (leftovers.before[kind] ?? 0))
  const sections = [
    `${at.slice(0, 10)}, ${machine.cores} × ${machine.cpu}, ${machine.memoryGb} GB, Node ${machine.node}, load average before ${machine.loadBefore}; ` +
      `calls of ${options.turns} turns and about ${callSeconds} s, one after the other, each rung measured for ${options.seconds} s.`,
    `Base, nobody calling: ${base.cores} cores, ${megabytes(base.memory)}.`,
    renderLadder(results),
    relays.length > 0 ? renderRelays(results) : '',
    table(
      ['small operations', 'p50 µs', 'p95 µs'],
      micro.map(({ name, p50Us, p95Us }) => [name, String(p50Us), String(p95Us)]),
    ),
    leftovers.isClean
      ? `Nothing left open ${(leftovers.afterMs / 1_000).toFixed(1)} s after the last call: no live call, no socket or timer beyond the base; ${megabytes(leftovers.memory)}.`
      : `LEFT OPEN ${(leftovers.afterMs / 1_000).toFixed(0)} s after the last call: ${leftovers.liveCalls} live calls, ${open.map(([kind, count]) => `${kind} ${leftovers.before[kind] ?? 0} → ${count}`).join(', ')}; ${megabytes(leftovers.memory)}.`,
  ]
  return sections.filter(Boolean).join('\n\n')
}
