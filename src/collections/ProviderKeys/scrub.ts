import { formsOf } from '../../log/secret-forms.ts'

/** A run of this many characters of a secret counts as the secret; shorter ones are what people may see of it anyway. */
const WINDOW = 12
/** Shorter secrets would take ordinary words out of a text. */
const MIN_SECRET = 4
const REPLACEMENT = '[key]'

/**
 * Makes a function that takes secrets out of text that a provider may have had a hand in: plain, reversed, URL-encoded,
 * as JSON, hex and base64, in whole or in part, in either case.
 */
export function createScrubber(secrets: readonly string[]): (text: string) => string {
  const windows = new Map<number, Set<string>>()
  for (const form of secrets.filter(({ length }) => length >= MIN_SECRET).flatMap(formsOf)) {
    const size = Math.min(WINDOW, form.length)
    if (size < MIN_SECRET) continue
    const known = windows.get(size) ?? new Set()
    for (let start = 0; start + size <= form.length; start += 1)
      known.add(form.slice(start, start + size).toLowerCase())
    windows.set(size, known)
  }

  return (text) => {
    const lower = text.toLowerCase()
    const isSecret = new Uint8Array(text.length)
    for (const [size, known] of windows) {
      for (let start = 0; start + size <= lower.length; start += 1) {
        if (known.has(lower.slice(start, start + size))) isSecret.fill(1, start, start + size)
      }
    }
    return rebuild(text, isSecret)
  }
}

function rebuild(text: string, isSecret: Uint8Array): string {
  let clean = ''
  for (let at = 0; at < text.length; at += 1) {
    if (!isSecret[at]) clean += text[at]
    else if (!isSecret[at - 1]) clean += REPLACEMENT
  }
  return clean
}

/** Plain data with every text in it scrubbed; names of fields stay. */
export const scrubTexts = <Value>(value: Value, scrub: (text: string) => string): Value =>
  scrubDeep(value, scrub) as Value

const scrubDeep = (value: unknown, scrub: (text: string) => string): unknown => {
  if (typeof value === 'string') return scrub(value)
  if (Array.isArray(value)) return value.map((each) => scrubDeep(each, scrub))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, scrubDeep(each, scrub)]))
}
