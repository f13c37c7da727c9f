import { mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import path from 'node:path'
import {
  createFullRegistry,
  listCandidates,
  makeMatrixCall,
  OFF_BY_DEFAULT,
  openMatrixWorld,
  QUESTIONS,
} from '../../src/testing/call-matrix/index.ts'
import type { Combination, MatrixCall, MatrixWorld } from '../../src/testing/call-matrix/index.ts'
import type { CarrierId } from '../../src/testing/carrier-stands.ts'
import { findFreePort } from '../find-free-port.ts'
import { startChild } from '../ipc.ts'
import type { ProductApi } from '../product.ts'
import { readMachine } from '../save-results.ts'
import { readOptions, USAGE } from './options.ts'
import type { MatrixOptions } from './options.ts'
import { renderSummary } from './render-summary.ts'
import { saveMatrixResults } from './results.ts'
import type { MatrixResults } from './results.ts'

const registry = createFullRegistry()
const candidates = listCandidates(registry)
const everybody = [...new Set(Object.values(candidates).flat())]

type Plan = MatrixOptions['plan']

/** One tenant with every key, whose agent is set to one combination after the other, a call each. */
async function runSlot<Id extends CarrierId>(options: {
  world: MatrixWorld
  url: string
  index: number
  carrier: Id
  queue: Plan
  onCall(call: MatrixCall): void
}): Promise<void> {
  const { world, url, index, carrier, queue, onCall } = options
  const [first] = queue
  if (!first) return
  const choice = first.combination
  const workspace = await world.setUp({ url, carrier, index, providers: everybody, choice })
  for (let next = queue.shift(); next; next = queue.shift()) {
    const { combination } = next
    await workspace.choose(combination as Parameters<typeof workspace.choose>[0])
    const question = QUESTIONS[queue.length % QUESTIONS.length] as (typeof QUESTIONS)[number]
    onCall(await makeMatrixCall({ carrier, workspace, combination, question }))
  }
}

const nameOf = ({ stt, llm, tts }: Combination) => `${stt} × ${llm} × ${tts}`

function tell({ call, done, planned }: { call: MatrixCall; done: number; planned: number }): void {
  if (!call.ok) console.log(`${nameOf(call)} through ${call.carrier} failed: ${call.problems.join(' ')}`)
  if (done % 25 === 0 || done === planned) console.log(`${done} of ${planned} calls made`)
}

async function run({ atOnce, plan }: MatrixOptions): Promise<MatrixResults> {
  const directory = mkdtempSync(path.join(tmpdir(), 'patchbay-matrix-'))
  const machine = readMachine(loadavg()[0] ?? 0)
  const at = new Date()
  console.log('Starting the product and the simulators …')
  const product = await startChild<ProductApi>({ file: 'product.ts', logFile: path.join(directory, 'product.log') })
  const world = await openMatrixWorld({ registry, tenants: atOnce })
  try {
    const { baseUrls } = world
    const port = await findFreePort()
    const url = await product.call('open', { directory, port, baseUrls, enabledProviders: OFF_BY_DEFAULT })
    const calls: MatrixCall[] = []
    const onCall = (call: MatrixCall) => tell({ call, done: calls.push(call), planned: plan.length })
    const queues = new Map<CarrierId, Plan>()
    for (const entry of plan) queues.set(entry.carrier, [...(queues.get(entry.carrier) ?? []), entry])
    const carriers = [...queues.entries()]
    const slots = Array.from({ length: atOnce }, (_, index) => {
      const [carrier, queue] = carriers[index % carriers.length] as [CarrierId, Plan]
      return runSlot({ world, url, index, carrier, queue, onCall })
    })
    await Promise.all(slots)
    await product.call('close')
    const seconds = (Date.now() - at.getTime()) / 1000
    const order = new Map(plan.map(({ carrier, combination }, index) => [`${carrier} ${nameOf(combination)}`, index]))
    const placeOf = (call: MatrixCall) => order.get(`${call.carrier} ${nameOf(call)}`) ?? 0
    calls.sort((left, right) => placeOf(left) - placeOf(right))
    return { at: at.toISOString(), machine, atOnce, seconds, offByDefault: OFF_BY_DEFAULT, calls }
  } finally {
    await product.stop()
    await world.close()
    rmSync(directory, { recursive: true, force: true })
  }
}

const args = process.argv.slice(2)
if (args.includes('--help')) {
  console.log(USAGE)
  process.exit(0)
}
try {
  const options = readOptions(args, candidates)
  const results = await run(options)
  if (!options.isPart) saveMatrixResults(results)
  console.log(`\n${renderSummary(results)}`)
  if (results.calls.some(({ ok }) => !ok)) process.exitCode = 1
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
