const DAY_MS = 24 * 60 * 60_000

/** The day after a moment, in ms. */
export const dayAfter = (ms: number): number => ms + DAY_MS

/** A moment's day where the reader is, `2026-11-21`, as fields for dates take it. */
export function isoDay(moment: number | string): string {
  const date = new Date(moment)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

/** The end of a day where the reader is, as ISO 8601; null for an empty field. */
export const endOfDay = (day: string): string | null => (day === '' ? null : new Date(`${day}T23:59:59`).toISOString())
