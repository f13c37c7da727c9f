import type { Payload } from 'payload'
import { compositionOf } from '../composition.ts'
import { settleAlerts } from '../key-health/settle-alerts.ts'
import { watchExpiry } from '../key-health/watch-expiry.ts'
import { releaseLease, takeLease } from './lease.ts'
import { SYSTEM_CLOCK, probeDueKeys } from './probe-keys.ts'
import type { Clock } from './probe-keys.ts'

export const HEALTH_QUEUE = 'key-health'
export const HEALTH_TASK = 'key-health'

/** Payload's own name of its queue. */
const JOBS = 'payload-jobs'
/** Longer than two ticks, so that one late tick loses nothing; a dead node is replaced within three. */
const LEASE_MS = 150_000
const DATES_EVERY_MS = 15 * 60_000

type RoundOptions = { payload: Payload; clock?: Clock; leaseMs?: number }

/**
 * Takes the lease for this process and queues one round.
 * @returns whether this process has something to run
 */
export async function prepareHealthRound({
  payload,
  clock = SYSTEM_CLOCK,
  leaseMs = LEASE_MS,
}: RoundOptions): Promise<boolean> {
  const { healthRounds } = compositionOf(payload)
  if (healthRounds.stopping.signal.aborted) return false
  const { holder } = healthRounds
  const until = await takeLease({ payload, name: HEALTH_QUEUE, holder, leaseMs, now: clock.now() })
  healthRounds.heldUntil = until ?? 0
  if (until === undefined) return false
  // Whatever is queued was left by a node that lost its turn: nobody will finish it.
  await payload.db.deleteMany({ collection: JOBS, where: { queue: { equals: HEALTH_QUEUE } } })
  await payload.jobs.queue({ task: HEALTH_TASK, queue: HEALTH_QUEUE, input: {}, overrideAccess: true })
  return true
}

/** One round: tests the keys that are due, looks at dates, closes what is settled. Never throws. */
export async function runHealthRound({ payload, clock = SYSTEM_CLOCK }: RoundOptions): Promise<void> {
  const { healthRounds } = compositionOf(payload)
  if (healthRounds.stopping.signal.aborted || healthRounds.heldUntil <= clock.now()) return
  healthRounds.round = work({ payload, clock }).catch((err: unknown) =>
    payload.logger.error({ err, msg: 'A round of looking after keys failed' }),
  )
  await healthRounds.round
}

async function work({ payload, clock }: { payload: Payload; clock: Clock }): Promise<void> {
  const { healthRounds } = compositionOf(payload)
  const { pace, stopping } = healthRounds
  const count = await probeDueKeys({ payload, pace, clock, signal: stopping.signal })
  if (count.probed > 0) payload.logger.info({ event: 'keys.probed', ...count, msg: 'Tested idle keys' })
  if (stopping.signal.aborted) return
  await settleAlerts({ payload, now: clock.now() })
  if (clock.now() - healthRounds.datesSeenAt < DATES_EVERY_MS) return
  await watchExpiry({ payload, now: clock.now() })
  healthRounds.datesSeenAt = clock.now()
}

/** Lets the round under way come to its end and another node take over. */
export async function stopHealthRounds(payload: Payload): Promise<void> {
  const { healthRounds } = compositionOf(payload)
  healthRounds.stopping.abort()
  await healthRounds.round
  await clockStops(payload)
  if (healthRounds.heldUntil === 0) return
  await releaseLease({ payload, name: HEALTH_QUEUE, holder: healthRounds.holder })
}

const CLOCK_POLL_MS = 20

/** Stops the job queue's clock; resolves when no tick is at the database any more. */
async function clockStops({ crons }: Payload): Promise<void> {
  for (const cron of crons) cron.stop()
  while (crons.some((cron) => cron.isBusy())) await new Promise((resolve) => setTimeout(resolve, CLOCK_POLL_MS))
}
