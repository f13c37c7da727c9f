/** What an account held at a moment (ISO 8601). */
export type BalanceSample = { at: string; balance: number }

/** What an account held over time, as it is kept beside a key. */
export type BalanceHistory = {
  /** `USD`, `credits`; null where the provider does not say. */
  unit: string | null
  /** Of the last top-up, or of the first sample: alerts come once from then on. ISO 8601. */
  since: string
  /** Oldest first. */
  samples: BalanceSample[]
}

/** Samples kept: two weeks of one every six hours. */
const MAX_SAMPLES = 60
/** A rise by more than this share of the former balance is a top-up; less is rounding or a refund. */
const TOP_UP_SHARE = 0.01
const DAY_MS = 86_400_000
/** A trend needs this many samples over this long. */
const MIN_SAMPLES = 3
const MIN_SPAN_DAYS = 0.5
/** Further ahead than this nothing is said. */
const MAX_DAYS = 3_650

type AddOptions = { history: BalanceHistory | null | undefined; sample: BalanceSample; unit: string | null }

/**
 * Adds a sample, drops the oldest ones.
 * @returns the history, and whether money came in since the sample before
 */
export function addBalanceSample({ history, sample, unit }: AddOptions): {
  history: BalanceHistory
  isTopUp: boolean
} {
  const last = history?.samples.at(-1)
  // Another unit is another account: nothing of the former one compares.
  if (!history || !last || history.unit !== unit) {
    return { history: { unit, since: sample.at, samples: [sample] }, isTopUp: false }
  }
  if (Date.parse(sample.at) <= Date.parse(last.at)) return { history, isTopUp: false }
  const isTopUp = isRise(last, sample)
  const samples = [...history.samples, sample].slice(-MAX_SAMPLES)
  return { history: { unit, since: isTopUp ? sample.at : history.since, samples }, isTopUp }
}

const isRise = (from: BalanceSample, to: BalanceSample): boolean =>
  to.balance - from.balance > Math.abs(from.balance) * TOP_UP_SHARE

/**
 * How many days the balance lasts at the pace of the samples; null where that cannot be reckoned: too few samples, or
 * nothing used. The pace is the median of the slopes between any two samples (Theil and Sen), with top-ups taken out,
 * so that neither one expensive hour nor a payment decides.
 */
export function daysToEmpty(history: BalanceHistory | null | undefined): number | null {
  const samples = history?.samples ?? []
  const last = samples.at(-1)
  if (!last) return null
  if (last.balance <= 0) return 0
  const points = withoutTopUps(samples)
  const span = (points.at(-1)?.at ?? 0) - (points[0]?.at ?? 0)
  if (points.length < MIN_SAMPLES || span < MIN_SPAN_DAYS) return null
  const slope = medianSlope(points)
  if (slope >= 0) return null
  const days = last.balance / -slope
  return days > MAX_DAYS ? null : Math.round(days * 10) / 10
}

type Point = { at: number; balance: number }

/** The samples as if nothing had ever been paid in: what is left is what was used. */
function withoutTopUps(samples: readonly BalanceSample[]): Point[] {
  let paidIn = 0
  return samples.map((sample, index) => {
    const before = samples[index - 1]
    if (before && isRise(before, sample)) paidIn += sample.balance - before.balance
    return { at: Date.parse(sample.at) / DAY_MS, balance: sample.balance - paidIn }
  })
}

/** In units of the balance per day. */
function medianSlope(points: readonly Point[]): number {
  const slopes = points
    .flatMap((from, index) =>
      points
        .slice(index + 1)
        .flatMap((to) => (to.at > from.at ? [(to.balance - from.balance) / (to.at - from.at)] : [])),
    )
    .sort((one, other) => one - other)
  const middle = slopes.length / 2
  const upper = slopes[Math.floor(middle)] ?? 0
  return Number.isInteger(middle) ? ((slopes[middle - 1] ?? upper) + upper) / 2 : upper
}
