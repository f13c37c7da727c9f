import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startChild } from '../ipc.ts'
import { readMachine, saveResults } from '../save-results.ts'
import { renderVaultReport } from './report.ts'
import type { VaultResults } from './report.ts'
import type { RotatorApi } from './rotator.ts'
import type { ServerApi } from './server.ts'

const USAGE = `npm run bench -- vault [options]
  --tenants 2000   workspaces, each with five keys
  --seconds 20     how long the load is measured without a rotation`

const PROVIDERS = ['deepgram', 'elevenlabs', 'openai', 'telnyx', 'serpapi']
/** To the new key, back, and so on: an odd number ends under the new one. */
const ROTATIONS = 5
const LOAD = { callsPerSecond: 50, keysPerCall: 4 }

async function run({ tenants, seconds }: { tenants: number; seconds: number }): Promise<VaultResults> {
  const machine = readMachine()
  const directory = mkdtempSync(path.join(tmpdir(), 'patchbay-bench-'))
  const databaseUri = `file:${path.join(directory, 'vault.db')}`
  const [oldKey, newKey] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')]
  const logFile = path.join(directory, 'server.log')
  const start = () => startChild<ServerApi>({ file: 'vault/server.ts', logFile })
  const server = await start()
  const rotator = await startChild<RotatorApi>({ file: 'vault/rotator.ts', logFile })
  try {
    await server.call('open', { databaseUri, current: oldKey, retired: [newKey] })
    console.log(`Storing the keys of ${tenants} workspaces …`)
    const credentials = await server.call('seed', { tenants, providers: PROVIDERS })
    console.log('Measuring one opening at a time …')
    const opening = await server.call('measureOpening')
    console.log('Measuring the load alone …')
    await server.call('startLoad', LOAD)
    await pause(seconds * 1_000)
    const quiet = await server.call('stopLoad')
    console.log('Rotating beside the same load …')
    await server.call('startLoad', LOAD)
    const rotations: VaultResults['rotations'] = []
    for (let round = 0; round < ROTATIONS; round++) {
      const [current, former] = round % 2 === 0 ? [newKey, oldKey] : [oldKey, newKey]
      rotations.push(await rotator.call('rotate', { databaseUri, current, retired: [former] }))
    }
    const rotating = await server.call('stopLoad')
    const keys = await server.call('listKeys')
    await server.call('close')

    const after = await start()
    await after.call('open', { databaseUri, current: newKey, retired: [] })
    await after.call('adopt', { keys })
    const openedAfterwards = await after.call('openAll')
    await after.call('close')
    await after.stop()
    const at = new Date().toISOString()
    return { at, machine, credentials, tenants, opening, quiet, rotating, rotations, openedAfterwards }
  } finally {
    await Promise.all([server.stop(), rotator.stop()])
    rmSync(directory, { recursive: true, force: true })
  }
}

const options = { tenants: { type: 'string', default: '2000' }, seconds: { type: 'string', default: '20' } } as const
try {
  if (process.argv.includes('--help')) console.log(USAGE)
  else {
    const { values } = parseArgs({ args: process.argv.slice(2), options })
    const vault = await run({ tenants: Number(values.tenants), seconds: Number(values.seconds) })
    saveResults({ vault })
    console.log(`\n${renderVaultReport(vault)}`)
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
