import type { readMachine } from '../save-results.ts'
import type { Usage } from '../process-meter.ts'
import type { OpeningResult } from './measure-opening.ts'
import type { LoadResult } from './open-load.ts'

export type VaultResults = {
  /** ISO 8601. */
  at: string
  machine: ReturnType<typeof readMachine>
  credentials: number
  tenants: number
  opening: OpeningResult[]
  /** The same load without and with a rotation beside it. */
  quiet: LoadResult & { usage: Usage }
  rotating: LoadResult & { usage: Usage }
  /** One after the other, to the new key and back. */
  rotations: { seconds: number; rewrapped: number; total: number; failures: number; state: string }[]
  openedAfterwards: number
}

const table = (head: string[], rows: string[][]): string =>
  [head, head.map((_, index) => (index === 0 ? '---' : '---:')), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n')

/** The results as Markdown. */
export function renderVaultReport(results: VaultResults): string {
  const { at, machine, opening, quiet, rotating, rotations } = results
  const sum = (of: (rotation: VaultResults['rotations'][number]) => number) =>
    rotations.reduce((total, rotation) => total + of(rotation), 0)
  const [rewrapped, seconds] = [sum((one) => one.rewrapped), sum((one) => one.seconds)]
  const bare = opening.filter(({ name }) => name.startsWith('bare'))
  const least = bare.reduce((sum, { p50Ms }) => sum + p50Ms, 0)
  const columns = [quiet, rotating]
  const line = (name: string, of: (load: VaultResults['quiet']) => string | number | undefined) => [
    name,
    ...columns.map((load) => String(of(load) ?? '')),
  ]
  const percent = (share: number | undefined) => (share === undefined ? '' : `${(share * 100).toFixed(1)} %`)
  return [
    `${at.slice(0, 10)}, ${machine.cores} × ${machine.cpu}, ${machine.memoryGb} GB, Node ${machine.node}, load average before ${machine.loadBefore}; ` +
      `${results.credentials} keys of ${results.tenants} workspaces, SQLite on disk.`,
    table(
      ['one at a time, ms', 'p50', 'p99', 'p99 uninterrupted', 'interrupted', '× the bare read and decryption'],
      opening.map(({ name, p50Ms, p99Ms, ownP99Ms, interrupted }) => [
        name,
        p50Ms.toFixed(3),
        p99Ms.toFixed(3),
        ownP99Ms.toFixed(3),
        percent(interrupted),
        name.startsWith('bare') ? '' : (p50Ms / least).toFixed(1),
      ]),
    ),
    table(
      ['50 calls a second, 4 keys each', 'alone', 'while the key is rotated'],
      [
        line('seconds', ({ seconds }) => seconds),
        line('keys opened', ({ opened }) => opened),
        line('**not opened**', ({ failed }) => failed),
        line('opening a key p50 ms', ({ openMs }) => openMs?.p50),
        line('opening a key p99 ms', ({ openMs }) => openMs?.p99),
        line('opening a key max ms', ({ openMs }) => openMs?.max),
        line('a call begins late p99 ms', ({ lateMs }) => lateMs?.p99),
        line('cores of the server', ({ usage }) => usage.cores),
        line('server without a CPU', ({ usage }) => percent(usage.starved)),
      ],
    ),
    `${rotations.length} rotations beside that load, ${rotations[0]?.total} wraps each: ${(seconds / rotations.length).toFixed(1)} s on ` +
      `average (${Math.round(rewrapped / seconds)} wraps a second), ${sum(({ failures }) => failures)} left; afterwards all ` +
      `${results.openedAfterwards} keys opened with the new key alone.`,
  ].join('\n\n')
}
