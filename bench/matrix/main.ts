import { mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import path from 'node:path'
import {
  createFullRegistry,
  listCandidates,
  listCombinations,
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
import type { MatrixResults, TriedCall } from './results.ts'

const registry = createFullRegistry()
const candidates = listCandidates(registry)
const everybody = [...new Set(Object.values(candidates).flat())]

type Plan = MatrixOptions['plan']

type Slot = { carrier: CarrierId; try(combination: Combination): Promise<MatrixCall> }

type SlotOptions<Id extends CarrierId> = { world: MatrixWorld; url: string; index: number; carrier: Id }

/** One tenant with every key, whose agent is set to one combination after the other, a call each. */
async function openSlot<Id extends CarrierId>({ world, url, index, carrier }: SlotOptions<Id>): Promise<Slot> {
  const [choice] = listCombinations(candidates) as [Combination]
  const workspace = await world.setUp({ url, carrier, index, providers: everybody, choice })
  let calls = index
  return {
    carrier,
    async try(combination) {
      await workspace.choose(combination as Parameters<typeof workspace.choose>[0])
      const question = QUESTIONS[calls++ % QUESTIONS.length] as (typeof QUESTIONS)[number]
      return makeMatrixCall({ carrier, workspace, combination, question, interrupts: true })
    },
  }
}

/** Makes every call of the plan, as many at a time as there are slots of its carrier. */
async function makeCalls(slots: readonly Slot[], plan: Plan): Promise<MatrixCall[]> {
  const queue = [...plan]
  const calls: MatrixCall[] = []
  const takeFor = (carrier: CarrierId) => {
    const index = queue.findIndex((entry) => entry.carrier === carrier)
    return index < 0 ? undefined : queue.splice(index, 1)[0]
  }
  const work = async (slot: Slot) => {
    for (let next = takeFor(slot.carrier); next; next = takeFor(slot.carrier)) {
      const call = await slot.try(next.combination)
      tell({ call, done: calls.push(call), planned: plan.length })
    }
  }
  await Promise.all(slots.map(work))
  const placeOf = (call: MatrixCall) =>
    plan.findIndex(({ carrier, combination }) => carrier === call.carrier && nameOf(combination) === nameOf(call))
  return calls.sort((left, right) => placeOf(left) - placeOf(right))
}

/** Tries once more what failed, one call of each carrier at a time: whether it was the machine that was busy. */
async function tryAgain(slots: readonly Slot[], calls: readonly MatrixCall[]): Promise<TriedCall[]> {
  const failed = calls.filter(({ ok }) => !ok)
  if (failed.length === 0) return [...calls]
  console.log(`Trying ${failed.length} calls again …`)
  const few = slots.filter(({ carrier }, index) => slots.findIndex((slot) => slot.carrier === carrier) === index)
  const plan = failed.map(({ carrier, stt, llm, tts }) => ({ carrier, combination: { stt, llm, tts } }))
  const again = await makeCalls(few, plan)
  return calls.map((call) => {
    const index = failed.indexOf(call)
    return index < 0 ? call : { ...(again[index] as MatrixCall), firstProblems: call.problems }
  })
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
    const carriers = [...new Set(plan.map(({ carrier }) => carrier))]
    const slots = await Promise.all(
      Array.from({ length: atOnce }, (_, index) =>
        openSlot({ world, url, index, carrier: carriers[index % carriers.length] as CarrierId }),
      ),
    )
    const calls = await tryAgain(slots, await makeCalls(slots, plan))
    await product.call('close')
    const seconds = Math.round((Date.now() - at.getTime()) / 1000)
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
