const twoDigits = (value: number): string => String(value).padStart(2, '0')

/** A length of time as a clock shows it: `0:07`, `12:30`, `1:02:03`. @param seconds not negative; parts of one are dropped */
export function toClock(seconds: number): string {
  const whole = Math.floor(seconds)
  const hours = Math.floor(whole / 3600)
  const minutes = Math.floor((whole % 3600) / 60)
  const rest = twoDigits(whole % 60)
  return hours > 0 ? `${hours}:${twoDigits(minutes)}:${rest}` : `${minutes}:${rest}`
}

/** A short time that no line break parts: `8 ms`, `820 ms`, `1.4 s`. */
export const toShortTime = (ms: number): string =>
  ms < 1_000 ? `${Math.round(ms)}\u00a0ms` : `${(ms / 1_000).toFixed(1)}\u00a0s`

/** `1,204`. */
export const toNumber = (count: number): string => new Intl.NumberFormat('en').format(count)

/** A count with its noun: `1 request`, `1,204 characters`. */
export const toCount = (count: number, noun: string): string => `${toNumber(count)} ${noun}${count === 1 ? '' : 's'}`
