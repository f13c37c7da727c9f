import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { startChild } from '../ipc.ts'
import { readMachine, saveResults } from '../save-results.ts'
import type { BenchKeys, ProvidersApi } from './providers.ts'
import { renderHealthReport, sharesOf } from './report.ts'
import type { HealthResults } from './report.ts'
import type { ServerApi } from './server.ts'

const USAGE = `npm run bench -- health [options]
  --tenants 1000   workspaces, each with six keys`

/** Two of which the product has no plugin of its own in this part. */
const OTHERS = ['alfa', 'bravo']
const SWEEP_HOURS = 6
/** Two calls a second, each with four keys and two dozen answers of their providers. */
const BATCH = { uses: 72, keys: 12, everySeconds: 1.5 }

const hex = (bytes: number) => randomBytes(bytes).toString('hex')

const makeKeys = (tenants: number): BenchKeys => {
  const each = (make: () => string) => Array.from({ length: tenants }, make)
  return {
    deepgram: each(() => hex(20)),
    elevenlabs: each(() => `sk_${hex(24)}`),
    openai: each(() => `sk-proj-${randomBytes(40).toString('base64url')}`),
    telnyx: each(() => `KEY${hex(28).slice(0, 55)}`),
  }
}

async function run({ tenants }: { tenants: number }): Promise<HealthResults> {
  const machine = readMachine()
  const directory = mkdtempSync(path.join(tmpdir(), 'patchbay-bench-'))
  const logFile = path.join(directory, 'server.log')
  const providers = await startChild<ProvidersApi>({ file: 'health/providers.ts', logFile })
  const server = await startChild<ServerApi>({ file: 'health/server.ts', logFile })
  try {
    const keys = makeKeys(tenants)
    const { baseUrls, telnyx } = await providers.call('open', { keys, others: OTHERS })
    await server.call('open', { databaseUri: `file:${path.join(directory, 'health.db')}`, baseUrls, others: OTHERS })
    console.log(`Storing the keys of ${tenants} workspaces …`)
    for (let index = 0; index < tenants; index += 1) {
      const of = (provider: keyof BenchKeys) => ({ apiKey: keys[provider][index] ?? '' })
      const named = {
        deepgram: of('deepgram'),
        elevenlabs: of('elevenlabs'),
        openai: of('openai'),
        telnyx: { ...of('telnyx'), ...telnyx[index] },
        ...Object.fromEntries(OTHERS.map((id) => [id, { apiKey: `${id}-${hex(12)}` }])),
      }
      await server.call('store', { name: `workspace-${index}`, keys: named })
    }
    console.log('Testing every key once …')
    const { notValid, ...sweep } = await server.call('sweep')
    if (notValid > 0) throw new Error(`${notValid} keys were not found good`)
    console.log('Rounds in which nothing is due …')
    const ticks = await server.call('ticks', { count: 60 })
    console.log('Reporting and writing uses …')
    const reports = await server.call('report', { count: 200_000 })
    const batches = await server.call('batches', { count: 200, ...BATCH })
    const uses = await server.call('countUses')
    const expected = reports.count + batches.count * BATCH.uses
    if (uses !== expected) throw new Error(`${uses} uses were counted instead of ${expected}`)
    await server.call('close')
    await providers.call('close')
    const measured = { sweep, ticks, batches, batch: BATCH }
    return {
      at: new Date().toISOString(),
      machine,
      tenants,
      keys: sweep.count,
      sweepHours: SWEEP_HOURS,
      ...measured,
      reports,
      shares: sharesOf(measured),
    }
  } finally {
    await Promise.all([server.stop(), providers.stop()])
    rmSync(directory, { recursive: true, force: true })
  }
}

try {
  if (process.argv.includes('--help')) console.log(USAGE)
  else {
    const { values } = parseArgs({
      args: process.argv.slice(2),
      options: { tenants: { type: 'string', default: '1000' } },
    })
    const health = await run({ tenants: Number(values.tenants) })
    saveResults({ health })
    console.log(`\n${renderHealthReport(health)}`)
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
