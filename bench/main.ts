import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { findFreePort } from './find-free-port.ts'
import { startChild } from './ipc.ts'
import type { Child } from './ipc.ts'
import { USAGE, readOptions } from './options.ts'
import type { BenchOptions } from './options.ts'
import type { ProductApi } from './product.ts'
import { measureRelay } from './relay-step.ts'
import type { RelayResult } from './relay-step.ts'
import type { RelayApi } from './relay.ts'
import { renderReport } from './report.ts'
import type { BenchResults, Leftovers } from './report.ts'
import type { RigApi } from './rig.ts'
import { readMachine, saveResults } from './save-results.ts'
import { callLength, hasPassed, measureStep } from './step.ts'
import type { Base, StepResult } from './step.ts'

const PROFILES = fileURLToPath(new URL('../data/bench', import.meta.url))

const IDLE_MS = 5_000
const WARM_UP_CALLS = 3
/** Idle connections to providers are kept for some seconds; what is open after this long was forgotten. */
const LONGEST_SETTLING_MS = 60_000

type Stage = { options: BenchOptions; product: Child<ProductApi>; rig: Child<RigApi> }

async function readBase({ product }: Stage): Promise<Base> {
  const memory = await product.call('memory')
  await product.call('begin')
  await pause(IDLE_MS)
  const { cores } = await product.call('end')
  const { kinds } = await product.call('resources')
  return { cores, memory, resources: kinds }
}

/** Waits until no more is open than before the calls, or says what is. */
async function readLeftovers({ product }: Stage, base: Base): Promise<Leftovers> {
  const since = Date.now()
  for (;;) {
    const { kinds, liveCalls } = await product.call('resources')
    const isClean =
      liveCalls === 0 && Object.entries(kinds).every(([kind, count]) => count <= (base.resources[kind] ?? 0))
    const afterMs = Date.now() - since
    if (isClean || afterMs > LONGEST_SETTLING_MS) {
      return { isClean, afterMs, liveCalls, before: base.resources, after: kinds, memory: await product.call('memory') }
    }
    await pause(500)
  }
}

async function climb(stage: Stage, base: Base, callMs: number): Promise<StepResult[]> {
  const { options, product, rig } = stage
  const steps: StepResult[] = []
  for (const calls of options.calls) {
    console.log(`Measuring ${calls} ${calls === 1 ? 'call' : 'calls at a time'} …`)
    const { seconds } = options
    const profileDirectory = options.profile ? PROFILES : undefined
    const step = await measureStep({ product, rig, base, calls, seconds, callMs, profileDirectory })
    const [unloaded = step] = steps
    steps.push(step)
    console.log(
      `  ${hasPassed(step, unloaded) ? 'holds' : 'does not hold'}: ${step.failed} of ${step.placed} calls failed, heard p95 ${step.heard?.p95} ms`,
    )
    for (const failure of step.failures) console.log(`  ${failure}`)
    for (const { place, share } of step.hotSpots?.slice(0, 40) ?? [])
      console.log(`  ${(share * 100).toFixed(2)} %  ${place}`)
  }
  return steps
}

async function measureRelays({ options, rig }: Stage): Promise<RelayResult[]> {
  if (options.relaySeconds === 0) return []
  const relay = await startChild<RelayApi>({ file: 'relay.ts', cpus: options.pin ? '0' : undefined })
  const url = await relay.call('open')
  const results: RelayResult[] = []
  for (const streams of options.calls) {
    console.log(`Measuring the bare relay with ${streams} ${streams === 1 ? 'stream' : 'streams'} …`)
    results.push(await measureRelay({ relay, rig, url, streams, seconds: options.relaySeconds }))
  }
  await relay.stop()
  return results
}

async function run(options: BenchOptions): Promise<BenchResults> {
  const directory = mkdtempSync(path.join(tmpdir(), 'patchbay-bench-'))
  const logFile = path.join(directory, 'product.log')
  const others = `1-${cpus().length - 1}`
  const rig = await startChild<RigApi>({ file: 'rig.ts', cpus: options.pin ? others : undefined })
  const product = await startChild<ProductApi>({
    file: 'product.ts',
    nodeOptions: ['--expose-gc'],
    logFile,
    cpus: options.pin ? '0' : undefined,
  })
  const stage: Stage = { options, product, rig }
  const load = loadavg()[0] ?? 0
  try {
    console.log('Starting the product and the simulators, each in a process of its own …')
    const baseUrls = await rig.call('open')
    const url = await product.call('open', { directory, port: await findFreePort(), baseUrls })
    const { turns, recording } = options
    const { tenantId } = await rig.call('setUp', { url, recording, turns })

    console.log('Warming up …')
    await rig.call('startCalls', { calls: WARM_UP_CALLS, rampMs: 1_000 })
    await pause(2_000)
    const warmUp = await rig.call('stopCalls')
    const [failure] = warmUp.flatMap((call) => call.failure ?? [])
    if (failure) throw new Error(`A call of the warm-up failed: ${failure}`)
    const micro = await product.call('micro', { tenantId })
    // Idle connections go first.
    await pause(IDLE_MS)
    const base = await readBase(stage)
    const steps = await climb(stage, base, callLength(warmUp))
    const leftovers = await readLeftovers(stage, base)
    const relays = await measureRelays(stage)
    await product.call('close')
    await rig.call('close')
    return {
      at: new Date().toISOString(),
      machine: readMachine(load),
      options,
      callSeconds: Number((callLength(warmUp) / 1_000).toFixed(1)),
      base,
      steps,
      relays,
      micro,
      leftovers,
    }
  } finally {
    await Promise.all([product.stop(), rig.stop()])
    rmSync(directory, { recursive: true, force: true })
  }
}

if (process.argv.includes('--help')) {
  console.log(USAGE)
  process.exit(0)
}
try {
  const results = await run(readOptions(process.argv.slice(2)))
  saveResults(results)
  console.log(`\n${renderReport(results)}`)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
