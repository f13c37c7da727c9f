const MINUTE_MS = 60_000
const YEARS = ['year', 365 * 24 * 60 * MINUTE_MS, Number.POSITIVE_INFINITY] as const
const STEPS: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, ms: number, upTo: number])[] = [
  ['minute', MINUTE_MS, 60],
  ['hour', 60 * MINUTE_MS, 24],
  ['day', 24 * 60 * MINUTE_MS, 30],
  ['month', 30 * 24 * 60 * MINUTE_MS, 12],
]

/**
 * A moment as seen from another: "just now", "5 minutes ago", "in 3 days".
 * @param options.value ISO 8601
 * @param options.now in ms
 */
export function timeAgo({ value, now }: { value: string; now: number }): string {
  const difference = Date.parse(value) - now
  if (Number.isNaN(difference)) return value
  const [unit, ms] = STEPS.find(([, size, upTo]) => Math.abs(difference) < size * upTo - size / 2) ?? YEARS
  const count = Math.round(difference / ms)
  if (unit === 'minute' && count === 0) return 'just now'
  return new Intl.RelativeTimeFormat('en', { numeric: 'always' }).format(count, unit)
}
