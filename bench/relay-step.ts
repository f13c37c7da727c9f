import { setTimeout as pause } from 'node:timers/promises'
import type { Child } from './ipc.ts'
import type { Usage } from './process-meter.ts'
import type { RelayApi } from './relay.ts'
import type { RigApi } from './rig.ts'

export type RelayResult = { streams: number; relay: Usage; coresPerStream: number }

type RelayStepOptions = { relay: Child<RelayApi>; rig: Child<RigApi>; url: string; streams: number; seconds: number }

const SETTLE_MS = 2_000

/** Measures the bare relay under the media frames of so many calls. */
export async function measureRelay({ relay, rig, url, streams, seconds }: RelayStepOptions): Promise<RelayResult> {
  await pause(SETTLE_MS)
  await relay.call('begin')
  await pause(SETTLE_MS)
  const idle = await relay.call('end')
  await rig.call('openRelayLoad', { url, streams })
  await pause(SETTLE_MS)
  await relay.call('begin')
  await pause(seconds * 1_000)
  const used = await relay.call('end')
  await rig.call('closeRelayLoad')
  return { streams, relay: used, coresPerStream: Number(((used.cores - idle.cores) / streams).toFixed(5)) }
}
