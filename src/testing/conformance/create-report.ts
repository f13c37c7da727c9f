import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from '@jest/globals'
import type { ProviderManifest } from '../../provider-kit/index.ts'
import type { Section, Stage } from './stage.ts'
import { NOTHING_FOUND, runOnStage } from './stage.ts'
import type { ConformanceStand } from './stand.ts'

/** What came of one check. `not-played`: the stand cannot bring it about. */
export type Outcome = { section: Section; check: string; outcome: 'passed' | 'failed' | 'not-played' }

/** What one run proved of one provider, as it is written down. */
export type ConformanceReport = {
  provider: string
  /** The official package that the simulator was tried with, as the stand says it. */
  sdk?: ConformanceStand['sdk']
  outcomes: Outcome[]
}

/** Names the folder that reports are written to, one `<provider>.json` each; nothing is written without it. */
export const REPORT_VARIABLE = 'CONFORMANCE_REPORTS'

/** A check takes no longer than this on a busy machine, in ms. */
const LONGEST_MS = 30_000

export type Report = {
  /** Groups the checks of one section. */
  section(section: Section, body: (prove: Prove) => void): void
}

/** Registers one check, or notes that the stand cannot play it where the body is undefined. */
export type Prove = (check: string, body: ((stage: Stage) => Promise<void>) | undefined) => void

/** Registers checks as Jest tests, holds each to leaving nothing behind, and writes down what was proved. */
export function createReport({ plugin, stand }: { plugin: ProviderManifest; stand: ConformanceStand }): Report {
  const outcomes: Outcome[] = []
  afterAll(() => {
    const folder = process.env[REPORT_VARIABLE]
    if (!folder) return
    mkdirSync(folder, { recursive: true })
    const report: ConformanceReport = { provider: plugin.id, sdk: stand.sdk, outcomes }
    writeFileSync(join(folder, `${plugin.id}.json`), `${JSON.stringify(report, null, 2)}\n`)
  })
  return {
    section(section, body) {
      describe(`${plugin.id}: ${section}`, () => {
        body((check, run) => {
          if (!run) return void outcomes.push({ section, check, outcome: 'not-played' })
          it(
            check,
            async () => {
              const outcome: Outcome = { section, check, outcome: 'failed' }
              outcomes.push(outcome)
              expect(await runOnStage({ plugin, stand }, run)).toEqual(NOTHING_FOUND)
              outcome.outcome = 'passed'
            },
            LONGEST_MS,
          )
        })
      })
    },
  }
}
