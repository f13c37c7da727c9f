import type { Payload } from 'payload'
import { KEY_USAGE, USAGE } from '../collections/slugs.ts'
import { CALLS, dayOf } from './outcome-buffer.ts'
import { modelOf, query } from './database.ts'

/** What was used of a provider in one unit. */
export type Quantity = { kind: string; unit: string; quantity: number }

/** How a key did over some time. */
export type UseSummary = {
  /** Answers of the provider, good and bad. */
  uses: number
  /** How many of them were bad, by the kind of error. */
  failures: Record<string, number>
  calls: number
  /** What its owner pays for. */
  quantities: Quantity[]
}

export type UsageDay = UseSummary & {
  /** UTC, `2026-11-21`. */
  day: string
}

export type KeyUsageReport = {
  /** Every day asked for, oldest first, those without an entry too. */
  days: UsageDay[]
  totals: UseSummary & {
    failed: number
    /** From 0 to 1; null where it was not used. */
    successRate: number | null
  }
}

type CountRow = { day: string; outcome: string; count: number }
type QuantityRow = Quantity & { day: string }

type ReadOptions = {
  payload: Payload
  credentialId: string
  /** How many days, today included. */
  days: number
  /** In ms since the epoch. */
  now: number
}

const DAY_MS = 86_400_000

/** How a key did on each of the last days, and what was used with it: sums of the database, not its rows. */
export async function readKeyUsage({ payload, credentialId, days, now }: ReadOptions): Promise<KeyUsageReport> {
  const names = Array.from({ length: days }, (_, index) => dayOf(now - (days - 1 - index) * DAY_MS))
  const since = { payload, credentialId, since: names[0] ?? dayOf(now) }
  const [counts, quantities] = [await readCounts(since), await readQuantities(since)]
  const perDay = names.map((day) => ({
    day,
    ...summarize(
      counts.filter((row) => row.day === day),
      quantities.filter((row) => row.day === day),
    ),
  }))
  const known = new Set(names)
  const totals = summarize(
    counts.filter(({ day }) => known.has(day)),
    quantities.filter(({ day }) => known.has(day)),
  )
  const failed = Object.values(totals.failures).reduce((sum, count) => sum + count, 0)
  const successRate = totals.uses === 0 ? null : (totals.uses - failed) / totals.uses
  return { days: perDay, totals: { ...totals, failed, successRate } }
}

function summarize(counts: readonly CountRow[], quantities: readonly QuantityRow[]): UseSummary {
  const summary: UseSummary = { uses: 0, failures: {}, calls: 0, quantities: [] }
  for (const { outcome, count } of counts) {
    if (outcome === CALLS) summary.calls += count
    else summary.uses += count
    if (outcome !== CALLS && outcome !== 'ok') summary.failures[outcome] = (summary.failures[outcome] ?? 0) + count
  }
  for (const { kind, unit, quantity } of quantities) {
    const known = summary.quantities.find((other) => other.kind === kind && other.unit === unit)
    if (known) known.quantity = round(known.quantity + quantity)
    else summary.quantities.push({ kind, unit, quantity: round(quantity) })
  }
  return summary
}

/** Tenths are kept; what adding them up leaves behind is not. */
const round = (quantity: number): number => Math.round(quantity * 1_000) / 1_000

type SinceOptions = { payload: Payload; credentialId: string; since: string }

async function readCounts({ payload, credentialId, since }: SinceOptions): Promise<CountRow[]> {
  if (payload.db.name === 'sqlite') return query<CountRow>(payload, COUNTS, [credentialId, since])
  const rows = await modelOf(payload, KEY_USAGE).aggregate([
    { $match: { credentialId, day: { $gte: since } } },
    { $group: { _id: { day: '$day', outcome: '$outcome' }, count: { $sum: '$count' } } },
  ])
  return (rows as { _id: Omit<CountRow, 'count'>; count: number }[]).map(({ _id, count }) => ({ ..._id, count }))
}

const COUNTS = `
  SELECT "day", "outcome", sum("count") AS "count" FROM "key_usage"
  WHERE "credential_id" = ?1 AND "day" >= ?2 GROUP BY "day", "outcome"`

async function readQuantities({ payload, credentialId, since }: SinceOptions): Promise<QuantityRow[]> {
  const from = `${since}T00:00:00.000Z`
  if (payload.db.name === 'sqlite') return query<QuantityRow>(payload, QUANTITIES, [credentialId, from])
  const day = { $dateToString: { format: '%Y-%m-%d', date: '$createdAt' } }
  const rows = await modelOf(payload, USAGE).aggregate([
    { $match: { credentialId, createdAt: { $gte: new Date(from) } } },
    { $group: { _id: { day, kind: '$kind', unit: '$unit' }, quantity: { $sum: '$quantity' } } },
    { $sort: { '_id.kind': 1, '_id.unit': 1 } },
  ])
  return (rows as { _id: Omit<QuantityRow, 'quantity'>; quantity: number }[]).map(({ _id, quantity }) => ({
    ..._id,
    quantity,
  }))
}

const QUANTITIES = `
  SELECT substr("created_at", 1, 10) AS "day", "kind", "unit", sum("quantity") AS "quantity" FROM "usage"
  WHERE "credential_id" = ?1 AND "created_at" >= ?2 GROUP BY 1, "kind", "unit" ORDER BY "kind", "unit"`
