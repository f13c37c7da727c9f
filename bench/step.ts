import { setTimeout as pause } from 'node:timers/promises'
import path from 'node:path'
import type { HotSpot } from './cpu-profile.ts'
import type { Child } from './ipc.ts'
import { percentile, spreadOf } from './percentile.ts'
import type { Spread } from './percentile.ts'
import type { Memory, Usage } from './process-meter.ts'
import type { ClosedCall, ProductApi } from './product.ts'
import type { CallOutcome } from './rig/place-call.ts'
import type { RigApi } from './rig.ts'

/** What the product takes while nobody calls. */
export type Base = { cores: number; memory: Memory; resources: Record<string, number> }

export type StepResult = {
  calls: number
  /** Calls that took place, and those in which not every reply arrived. */
  placed: number
  failed: number
  /** Why, each reason once. */
  failures: string[]
  /** On the recording: the caller's last audible sample to the agent's first. Ms. */
  heard?: Spread
  /** The same without the simulators' own latencies, rounded up to a carrier frame. Ms. */
  outsideShare?: Spread
  /** The engine's own count of its share, from the call records. Ms. */
  engineShare?: Spread
  /** The caller's first audible sample to the agent's last. Ms. */
  bargeIn?: Spread
  /** The same without the transcription's notice. Ms. */
  bargeInShare?: Spread
  product: Usage
  rig: Usage
  memory: Memory
  /** Live calls when CPU and memory were read. */
  live: number
  coresPerCall: number
  /** Above the base, after a full collection: JavaScript heap with buffers, and the whole process. */
  heapMbPerCall: number
  rssMbPerCall: number
  /** As the carrier judges frames inside a stretch of speech. Ms. */
  frames: {
    late: number
    worstMs: number
    callsWorseThan40Ms: number
    underrunMs: number
    /** Characters of replies that a gap or a loss made unreadable. */
    lostCharacters: number
    worstPauseAfterMarkMs: number
  }
  hotSpots?: HotSpot[]
}

export type StepOptions = {
  product: Child<ProductApi>
  rig: Child<RigApi>
  base: Base
  calls: number
  seconds: number
  /** How long one call lasts: the ramp spreads over it, so that turns do not coincide. */
  callMs: number
  profileDirectory?: string
}

/** The first calls of a rung are under way for so long before it is measured. */
const SETTLE_MS = 2_000

/** Measures one rung of the ladder: so many calls at a time, each followed by the next. */
export async function measureStep(options: StepOptions): Promise<StepResult> {
  const { product, rig, base, calls, seconds, callMs, profileDirectory } = options
  const since = new Date().toISOString()
  const rampMs = calls === 1 ? 0 : callMs
  await rig.call('startCalls', { calls, rampMs })
  await pause(rampMs + SETTLE_MS)

  if (profileDirectory) await product.call('startProfile')
  await Promise.all([product.call('begin'), rig.call('begin')])
  const windowStart = Date.now()
  await pause(seconds * 1_000)
  const windowEnd = Date.now()
  const [used, rigUsed] = await Promise.all([product.call('end'), rig.call('end')])
  const file = profileDirectory && path.join(profileDirectory, `product-${calls}.cpuprofile`)
  const hotSpots = file ? await product.call('stopProfile', { file }) : undefined
  // After the window, because a full collection stops the process for a moment.
  const { liveCalls: live } = await product.call('resources')
  const memory = await product.call('memory')

  const outcomes = await rig.call('stopCalls')
  const records = await product.call('records', { since })
  const perCall = (now: number, idle: number) => Number(((now - idle) / Math.max(1, live)).toFixed(4))
  return {
    calls,
    ...judgeCalls({ outcomes, records, windowStart, windowEnd }),
    product: used,
    rig: rigUsed,
    memory,
    live,
    coresPerCall: Number(((used.cores - base.cores) / calls).toFixed(4)),
    heapMbPerCall: perCall(memory.heap + memory.external, base.memory.heap + base.memory.external),
    rssMbPerCall: perCall(memory.rss, base.memory.rss),
    hotSpots,
  }
}

type JudgeOptions = { outcomes: CallOutcome[]; records: ClosedCall[]; windowStart: number; windowEnd: number }

function judgeCalls({ outcomes, records, windowStart, windowEnd }: JudgeOptions) {
  const good = outcomes.filter(({ failure }) => failure === undefined)
  const turnsOf = new Map(records.map(({ carrierCallId, turns = [] }) => [carrierCallId, turns]))
  const isInside = ({ at }: { at: number }) => at >= windowStart && at <= windowEnd
  const turns = good.flatMap((call) => call.turns.filter(isInside))
  const bargeIns = good.flatMap((call) => call.bargeIns.filter(isInside))
  // The record lists the turns that were answered, in order, as the caller's script does.
  const engineMs = good.flatMap(({ carrierCallId, turns: heard }) => {
    const own = turnsOf.get(carrierCallId) ?? []
    return own.length === heard.length ? own.filter((_, index) => isInside(heard[index] ?? { at: 0 })) : []
  })
  const failures = outcomes.flatMap(({ failure }) => failure ?? [])
  const playback = outcomes.flatMap(({ playback }) => playback ?? [])
  const worst = (values: number[]) => Math.round(Math.max(0, ...values))
  return {
    placed: outcomes.length,
    failed: failures.length,
    failures: [...new Set(failures)].slice(0, 10),
    heard: spreadOf(turns.map(({ heardMs }) => heardMs)),
    outsideShare: spreadOf(turns.map(({ shareMs }) => shareMs)),
    engineShare: spreadOf(engineMs.map((turn) => turn.engineMs)),
    bargeIn: spreadOf(bargeIns.map(({ silenceMs }) => silenceMs)),
    bargeInShare: spreadOf(bargeIns.map(({ shareMs }) => shareMs)),
    frames: {
      late: playback.reduce((sum, { lateFrames }) => sum + lateFrames, 0),
      worstMs: worst(playback.map(({ maxLatenessMs }) => maxLatenessMs)),
      callsWorseThan40Ms: playback.filter(({ maxLatenessMs }) => maxLatenessMs > 40).length,
      underrunMs: Math.round(playback.reduce((sum, { underrunMs }) => sum + underrunMs, 0)),
      lostCharacters: outcomes.reduce((sum, call) => sum + call.lostCharacters, 0),
      worstPauseAfterMarkMs: worst(playback.map(({ maxPauseAfterMarkMs }) => maxPauseAfterMarkMs)),
    },
  }
}

const MOST_FAILED = 0.005
const MOST_SLOWER = 1.25

/** A rung holds with under 0.5 % failed calls and a p95 of at most 1.25 times the unloaded one. */
export function hasPassed(step: StepResult, unloaded: StepResult): boolean {
  if (step.placed === 0 || step.failed / step.placed >= MOST_FAILED || !step.heard || !unloaded.heard) return false
  return step.heard.p95 <= unloaded.heard.p95 * MOST_SLOWER
}

/** How long a call of the script lasts, in ms, from one that took place. */
export const callLength = (outcomes: readonly CallOutcome[]): number => {
  const lengths = outcomes.map(({ startedAt, turns }) => (turns.at(-1)?.at ?? startedAt) - startedAt)
  return percentile(lengths, 0.5) ?? 0
}
