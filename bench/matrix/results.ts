import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { MatrixCall } from '../../src/testing/call-matrix/index.ts'
import type { readMachine } from '../save-results.ts'

/** What one run over every combination found. */
export type MatrixResults = {
  /** ISO 8601, when it began. */
  at: string
  machine: ReturnType<typeof readMachine>
  /** Calls live at a time. */
  atOnce: number
  /** How long it took. */
  seconds: number
  /** Ids of providers that the run had to enable. */
  offByDefault: readonly string[]
  calls: readonly MatrixCall[]
}

const FILE = fileURLToPath(new URL('results.json', import.meta.url))

/** The last full run. */
export const readMatrixResults = (): MatrixResults => JSON.parse(readFileSync(FILE, 'utf8'))

/** Keeps a run, one line for each call. */
export function saveMatrixResults({ calls, ...run }: MatrixResults): void {
  const head = JSON.stringify(run, null, 2).replace(/\n}$/, '')
  const lines = calls.map((call) => `    ${JSON.stringify(call)}`)
  writeFileSync(FILE, `${head},\n  "calls": [\n${lines.join(',\n')}\n  ]\n}\n`)
}
