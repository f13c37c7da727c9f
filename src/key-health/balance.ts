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
const MIN_SPAN_MS = DAY_MS / 2
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
 * nothing used. The pace is the median of what days took, so that neither one expensive hour nor a quiet night decides;
 * what happened while money came in is left out.
 */
export function daysToEmpty(history: BalanceHistory | null | undefined): number | null {
  const samples = history?.samples ?? []
  const last = samples.at(-1)
  if (!last) return null
  if (last.balance <= 0) return 0
  const spanMs = Date.parse(last.at) - Date.parse(samples[0]?.at ?? last.at)
  if (samples.length < MIN_SAMPLES || spanMs < MIN_SPAN_MS) return null
  const perDay = usedPerDay(samples)
  if (perDay <= 0) return null
  const days = last.balance / perDay
  return days > MAX_DAYS ? null : Math.round(days * 10) / 10
}

/** What was used between two samples: over how many days, and how much a day. */
type Stretch = { days: number; perDay: number }

function usedPerDay(samples: readonly BalanceSample[]): number {
  const stretches = splitAtTopUps(samples).flatMap(stretchesOf)
  const daily = stretches.filter(({ days }) => days >= 0.75 && days <= 1.5)
  const used = daily.length >= MIN_SAMPLES ? daily : stretches.filter(({ days }) => days >= 0.25)
  return median(used.map(({ perDay }) => perDay))
}

function splitAtTopUps(samples: readonly BalanceSample[]): BalanceSample[][] {
  const parts: BalanceSample[][] = []
  samples.forEach((sample, index) => {
    const before = samples[index - 1]
    const part = parts.at(-1)
    if (part && before && !isRise(before, sample)) part.push(sample)
    else parts.push([sample])
  })
  return parts
}

/** Every pair of samples, the earlier with the later. */
const stretchesOf = (samples: readonly BalanceSample[]): Stretch[] =>
  samples.flatMap((from, index) =>
    samples.slice(index + 1).map((to) => {
      const days = (Date.parse(to.at) - Date.parse(from.at)) / DAY_MS
      return { days, perDay: (from.balance - to.balance) / days }
    }),
  )

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other)
  const upper = sorted[Math.floor(sorted.length / 2)] ?? 0
  return sorted.length % 2 === 1 ? upper : ((sorted[sorted.length / 2 - 1] ?? upper) + upper) / 2
}
