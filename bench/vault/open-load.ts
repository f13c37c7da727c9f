import { setTimeout as pause } from 'node:timers/promises'
import type { Payload } from 'payload'
import { spreadOf } from '../percentile.ts'
import type { Spread } from '../percentile.ts'
import { resolveForUse } from '../../src/vault/index.ts'
import type { SeededKey } from '../../src/testing/vault-rig.ts'

/** What so many calls a second found when they opened their keys. */
export type LoadResult = {
  seconds: number
  calls: number
  opened: number
  failed: number
  /** Why, each reason once. */
  failures: string[]
  /** Opening one key, in ms, with the note of its use and the wait for the keys of the same call before it. */
  openMs?: Spread
  /** How long after its time a call began, in ms: what the event loop was held up. */
  lateMs?: Spread
}

type LoadOptions = { payload: Payload; keys: readonly SeededKey[]; callsPerSecond: number; keysPerCall: number }

/** Opens the keys of calls that come at even times, whether or not the ones before are done, until it is stopped. */
export function startOpenLoad({ payload, keys, callsPerSecond, keysPerCall }: LoadOptions) {
  const openMs: number[] = []
  const lateMs: number[] = []
  const failures: string[] = []
  const started = performance.now()
  let calls = 0
  let isOver = false

  const open = async (key: SeededKey) => {
    const since = performance.now()
    try {
      const { credentials } = await resolveForUse({ payload, ...key, purpose: 'call' })
      if (credentials.apiKey !== key.apiKey) throw new Error('Another key was opened than the one that was stored')
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error))
    }
    openMs.push(performance.now() - since)
  }
  // The keys of one workspace lie beside each other.
  const perTenant = keys.filter(({ tenant }) => tenant === keys[0]?.tenant).length
  const call = async () => {
    const tenant = Math.floor(Math.random() * (keys.length / perTenant))
    await Promise.all(keys.slice(tenant * perTenant, tenant * perTenant + keysPerCall).map(open))
  }
  const ended = (async () => {
    const running = new Set<Promise<void>>()
    while (!isOver) {
      const due = started + (calls * 1_000) / callsPerSecond
      const wait = due - performance.now()
      if (wait > 0) await pause(wait)
      lateMs.push(Math.max(0, performance.now() - due))
      calls += 1
      const current = call().finally(() => running.delete(current))
      running.add(current)
    }
    await Promise.all(running)
  })()

  return {
    async stop(): Promise<LoadResult> {
      isOver = true
      await ended
      return {
        seconds: Number(((performance.now() - started) / 1_000).toFixed(1)),
        calls,
        opened: openMs.length - failures.length,
        failed: failures.length,
        failures: [...new Set(failures)].slice(0, 10),
        openMs: spreadOf(openMs),
        lateMs: spreadOf(lateMs),
      }
    },
  }
}
