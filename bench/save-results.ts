import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'

const RESULTS = fileURLToPath(new URL('results.json', import.meta.url))

/** Writes what one part of the benchmark measured into `bench/results.json`, beside what the other parts have there. */
export function saveResults(part: object): void {
  const present: object = existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, 'utf8')) : {}
  writeFileSync(RESULTS, `${JSON.stringify({ ...present, ...part }, null, 2)}\n`)
}

/** What the figures were measured on. `loadBefore`: the load average of the last minute. */
export const readMachine = (loadBefore = loadavg()[0] ?? 0) => ({
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: cpus().length,
  memoryGb: Math.round(totalmem() / 1e9),
  node: process.version,
  loadBefore: Number(loadBefore.toFixed(2)),
})
