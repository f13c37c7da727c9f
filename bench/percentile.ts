/**
 * The nearest-rank percentile.
 * @param share 0.95 for p95
 * @returns undefined without values
 */
export function percentile(values: readonly number[], share: number): number | undefined {
  const sorted = [...values].sort((left, right) => left - right)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)]
}

export type Spread = { count: number; p50: number; p95: number; p99: number; max: number }

/** Undefined without values. */
export function spreadOf(values: readonly number[]): Spread | undefined {
  if (values.length === 0) return undefined
  const at = (share: number) => Number((percentile(values, share) ?? 0).toFixed(2))
  return { count: values.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) }
}
