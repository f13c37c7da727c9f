import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { MatrixCall } from '../../src/testing/call-matrix/index.ts'
import { replaceCalls } from '../../src/testing/providers-doc/render-providers.ts'
import type { readMachine } from '../save-results.ts'
import { renderSummary } from './render-summary.ts'

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
  calls: readonly TriedCall[]
}

/** A call of a run. What failed was tried once more when nothing else was going on. */
export type TriedCall = MatrixCall & {
  /** What was wrong the first time. */
  firstProblems?: readonly string[]
}

const FILE = fileURLToPath(new URL('results.jsonl', import.meta.url))
const SUMMARY = fileURLToPath(new URL('summary.md', import.meta.url))
const PAGE = fileURLToPath(new URL('../../docs/providers.md', import.meta.url))

/**
 * Keeps a run: a line about it and one for each call; and its summary, from which `npm run providers` makes a part of its
 * page.
 */
export function saveMatrixResults({ calls, ...run }: MatrixResults): void {
  writeFileSync(FILE, [run, ...calls].map((line) => `${JSON.stringify(line)}\n`).join(''))
  const summary = renderSummary({ ...run, calls })
  writeFileSync(SUMMARY, summary)
  if (existsSync(PAGE)) writeFileSync(PAGE, replaceCalls(readFileSync(PAGE, 'utf8'), summary))
}
