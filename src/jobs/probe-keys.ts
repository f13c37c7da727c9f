import { setTimeout as pause } from 'node:timers/promises'
import type { Payload, Where } from 'payload'
import { PROVIDER_KEYS } from '../collections/slugs.ts'
import { compositionOf } from '../composition.ts'
import { intervalOf, planProbe } from '../key-health/plan-probe.ts'
import { writePlans } from '../key-health/write-usage.ts'
import type { ProbePlan } from '../key-health/write-usage.ts'
import type { HealthRecord } from '../key-health/index.ts'
import { probeKey } from './probe-key.ts'
import type { ProviderPace } from './provider-pace.ts'

/** Time and chance, so that tests can set them. */
export type Clock = {
  /** In ms since the epoch. */
  now(): number
  /** From 0 to 1. */
  random(): number
}

export const SYSTEM_CLOCK: Clock = { now: () => Date.now(), random: () => Math.random() }

type ProbeOptions = {
  payload: Payload
  pace: ProviderPace
  clock?: Clock
  /** No further test begins once it has aborted. */
  signal?: AbortSignal
  /** No further test begins after so long, in ms. */
  budgetMs?: number
  /** Between the beginnings of two tests, in ms. */
  gapMs?: number
}

/** How many keys were tested, and how many only got another date. */
export type ProbeCount = { probed: number; postponed: number }

const BUDGET_MS = 45_000
/** SQLite's driver holds the event loop: several tests begun at once would be heard in live calls. */
const GAP_MS = 50
/** Rows looked at in one go. */
const BATCH = 100
/** Tests under way at once, in all and of one provider: a silent one holds up nobody else. */
const MAX_RUNNING = 6
const MAX_RUNNING_OF_PROVIDER = 2

/** Tests the keys that are due, within each provider's pace. What is left over is due in the next round. */
export async function probeDueKeys(options: ProbeOptions): Promise<ProbeCount> {
  const { payload, pace, clock = SYSTEM_CLOCK, signal, budgetMs = BUDGET_MS, gapMs = GAP_MS } = options
  const endsAt = clock.now() + budgetMs
  const count: ProbeCount = { probed: 0, postponed: 0 }
  const queues = new Map<string, HealthRecord[]>()
  const running = new Map<Promise<void>, string>()
  const seen = new Set<string>()
  /** Whether the last look took all that it could carry, and which providers it left out because they had enough to do. */
  let isMore = true
  let leftOut: string[] = []

  const runningOf = (provider: string) => [...running.values()].filter((name) => name === provider).length
  const isBusy = (provider: string) => (queues.get(provider)?.length ?? 0) > 0 || runningOf(provider) > 0
  const mayStart = () => signal?.aborted !== true && clock.now() < endsAt

  const fetchMore = async () => {
    const providers = providersOf(payload)
    leftOut = providers.filter(isBusy)
    const closed = providers.filter(
      (provider) =>
        leftOut.includes(provider) || !isTestedByClock(payload, provider) || !pace.isOpen(provider, clock.now()),
    )
    const { docs } = await payload.db.find<HealthRecord>({
      collection: PROVIDER_KEYS,
      where: whereDue({ now: clock.now(), closed }),
      sort: 'nextProbeAt',
      limit: BATCH,
      pagination: false,
    })
    const fresh = docs.filter(({ credentialId }) => !seen.has(credentialId))
    for (const { credentialId } of fresh) seen.add(credentialId)
    isMore = docs.length === BATCH && fresh.length > 0
    const plans: ProbePlan[] = []
    for (const record of fresh) {
      const at = postponedTo({ payload, record, clock })
      if (at !== undefined) plans.push({ credentialId: record.credentialId, version: record.version, at })
      else queues.set(record.provider, [...(queues.get(record.provider) ?? []), record])
    }
    count.postponed += plans.length
    await writePlans({ payload, plans })
  }

  const startAll = async () => {
    for (const [provider, queue] of queues) {
      while (queue.length > 0 && running.size < MAX_RUNNING && runningOf(provider) < MAX_RUNNING_OF_PROVIDER) {
        if (!pace.take(provider, clock.now())) {
          queue.length = 0
          break
        }
        const record = queue.shift()
        if (!record) break
        const probe = probeKey({ payload, record, pace, clock }).then(() => {
          count.probed += 1
          running.delete(probe)
        })
        running.set(probe, provider)
        await pause(gapMs)
        if (!mayStart()) return
      }
    }
  }

  while (mayStart()) {
    if (running.size < MAX_RUNNING && (isMore || leftOut.some((provider) => !isBusy(provider)))) await fetchMore()
    await startAll()
    if (running.size > 0) await Promise.race(running.keys())
    else if (!isMore && leftOut.length === 0) break
  }
  await Promise.all(running.keys())
  return count
}

const providersOf = (payload: Payload): string[] =>
  compositionOf(payload)
    .registry.list()
    .map(({ id }) => id)

/** A clock spends nobody's money, and learns nothing where nobody is asked, or of a provider that is not offered. */
function isTestedByClock(payload: Payload, provider: string): boolean {
  const { registry } = compositionOf(payload)
  const { checkCosts, checksFormOnly } = registry.get(provider)
  return !checkCosts && !checksFormOnly && !registry.isOff(provider)
}

function whereDue({ now, closed }: { now: number; closed: string[] }): Where {
  const isDue: Where = {
    or: [{ nextProbeAt: { exists: false } }, { nextProbeAt: { less_than_equal: new Date(now).toISOString() } }],
  }
  return closed.length === 0 ? isDue : { and: [{ provider: { not_in: closed } }, isDue] }
}

/** When a due key is looked at again without a test; undefined where it is to be tested. */
function postponedTo({
  payload,
  record,
  clock,
}: {
  payload: Payload
  record: HealthRecord
  clock: Clock
}): number | undefined {
  const { registry } = compositionOf(payload)
  const { status, statusSince, provider, nextProbeAt, checkedAt, lastSucceededAt } = record
  const now = clock.now()
  const plan = (from: string) => planProbe({ status, now: Date.parse(from), random: clock.random() })
  // A key outlives its plugin.
  if (!registry.has(provider)) return planProbe({ status: 'undecryptable', now, random: clock.random() })
  if (!nextProbeAt) {
    // Many keys without a plan are spread over their interval instead of being tested at once.
    const known = statusSince && statusSince > checkedAt ? statusSince : checkedAt
    return Math.max(plan(known), now + (intervalOf({ status }) / 12) * clock.random())
  }
  // What works in calls needs no test, except to learn what is left of its account.
  const isInUse = lastSucceededAt && Date.parse(lastSucceededAt) > now - intervalOf({ status })
  const isGood = status === 'valid' || status === 'limited'
  return isInUse && isGood && !registry.get(provider).balance ? plan(lastSucceededAt) : undefined
}
