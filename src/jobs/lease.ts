import type { Payload, Where } from 'payload'
import { LEASES } from '../collections/slugs.ts'
import { isUniqueViolation } from '../vault/is-unique-violation.ts'

type LeaseOptions = {
  payload: Payload
  /** What one node at a time does. */
  name: string
  /** This process. */
  holder: string
  leaseMs: number
  /** In ms since the epoch. */
  now: number
}

/**
 * Takes or renews a piece of work for this process, by one conditional write: it is ours where we had it, nobody has it,
 * or whoever had it has not said so for as long as the lease lasts.
 * @returns until when it is ours, in ms since the epoch; undefined where another process has it
 */
export async function takeLease({ payload, name, holder, leaseMs, now }: LeaseOptions): Promise<number | undefined> {
  const until = now + leaseMs
  const data = { holder, until: new Date(until).toISOString() }
  const isFree: Where = { or: [{ holder: { equals: holder } }, { until: { less_than: new Date(now).toISOString() } }] }
  const where: Where = { and: [{ name: { equals: name } }, isFree] }
  const taken: unknown = await payload.db.updateOne({ collection: LEASES, where, data, options: { atomic: true } })
  if (taken) return until
  if (await payload.db.findOne({ collection: LEASES, where: { name: { equals: name } } })) return undefined
  try {
    await payload.db.create({ collection: LEASES, data: { name, ...data } })
    return until
  } catch (error) {
    if (isUniqueViolation(error)) return undefined
    throw error
  }
}

/** Lets another process take over at once. */
export async function releaseLease({
  payload,
  name,
  holder,
}: Pick<LeaseOptions, 'payload' | 'name' | 'holder'>): Promise<void> {
  const where: Where = { and: [{ name: { equals: name } }, { holder: { equals: holder } }] }
  await payload.db.deleteMany({ collection: LEASES, where })
}
