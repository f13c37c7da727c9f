import { mkdirSync, writeFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import type { Profiler as Inspector } from 'node:inspector'
import path from 'node:path'

/** One place in the code and the share of the profile's time, idle time included, that was spent in it alone. */
export type HotSpot = { place: string; share: number }

export type Profiler = {
  start(): Promise<void>
  /** @param options.file where the profile goes, for the browser's developer tools */
  stop(options: { file: string }): Promise<HotSpot[]>
}

const INTERVAL_US = 500
const MOST_SPOTS = 60

/** Profiles this process with V8's sampler. */
export function createProfiler(): Profiler {
  const session = new Session()
  return {
    async start() {
      session.connect()
      await session.post('Profiler.enable')
      await session.post('Profiler.setSamplingInterval', { interval: INTERVAL_US })
      await session.post('Profiler.start')
    },
    async stop({ file }) {
      const { profile } = await session.post('Profiler.stop')
      session.disconnect()
      mkdirSync(path.dirname(file), { recursive: true })
      writeFileSync(file, JSON.stringify(profile))
      return findHotSpots(profile)
    },
  }
}

function findHotSpots({ nodes, samples = [], timeDeltas = [] }: Inspector.Profile): HotSpot[] {
  const byId = new Map(nodes.map((node) => [node.id, node.callFrame]))
  const spent = new Map<string, number>()
  let total = 0
  for (const [index, id] of samples.entries()) {
    const frame = byId.get(id)
    const delta = timeDeltas[index] ?? 0
    total += delta
    if (!frame) continue
    const place = `${frame.functionName || '(anonymous)'} ${shorten(frame.url)}:${frame.lineNumber + 1}`
    spent.set(place, (spent.get(place) ?? 0) + delta)
  }
  return [...spent]
    .map(([place, time]) => ({ place, share: time / total }))
    .sort((left, right) => right.share - left.share)
    .slice(0, MOST_SPOTS)
}

const shorten = (url: string): string => url.replace(/^file:\/\//, '').replace(`${process.cwd()}/`, '')
