import { createHmac, randomBytes } from 'node:crypto'
import { formsOf } from '../../log/secret-forms.ts'

/** Shorter values would be found in ordinary words. */
const MIN_LENGTH = 12
/** A table of bits that tells quickly that no value begins here; 1 MiB. */
const FILTER_BITS = 23

export type KnownValue = {
  /** Whose it is: what a report may say. */
  owner: string
  /** How it is written: `plain`, `reversed`, `URL-encoded`, `hex`, or `base64` in either alphabet. */
  form: string
}

export type KnownValues = {
  /** Remembers how to recognise secrets, not the secrets: keyed hashes of each form. */
  note(owner: string, secrets: readonly string[]): void
  /** Every noted secret that stands in the text as a whole, in any case, each owner and form once. */
  find(text: string): KnownValue[]
  /** How many secrets were long enough to be recognised. */
  readonly size: number
}

type Entry = KnownValue & { length: number; mac: string }

/**
 * Recognises stored keys in text that must not hold them. The keys can be dropped as soon as they are noted: what stays
 * is about a hundred bytes for each form.
 */
export function createKnownValues(): KnownValues {
  const secret = randomBytes(32)
  const macOf = (text: string) => createHmac('sha256', secret).update(text).digest('base64')
  const hash = createRollingHash()
  const filter = new Uint8Array(2 ** (FILTER_BITS - 3))
  const entries = new Map<number, Entry[]>()
  let size = 0

  const add = (entry: Entry, start: number) => {
    const bit = start >>> (32 - FILTER_BITS)
    filter[bit >>> 3] = (filter[bit >>> 3] ?? 0) | (1 << (bit & 7))
    const present = entries.get(start) ?? []
    if (!present.some(({ owner, mac }) => owner === entry.owner && mac === entry.mac)) present.push(entry)
    entries.set(start, present)
  }

  return {
    get size() {
      return size
    },

    note(owner, secrets) {
      for (const value of secrets.filter(({ length }) => length >= MIN_LENGTH)) {
        size += 1
        for (const form of formsOf(value).map(lowerAscii)) {
          if (form.length < MIN_LENGTH) continue
          const entry = { owner, form: nameOfForm(form, lowerAscii(value)), length: form.length, mac: macOf(form) }
          hash(form.slice(0, MIN_LENGTH), (start) => add(entry, start))
        }
      }
    },

    find(text) {
      const found: KnownValue[] = []
      const searched = lowerAscii(text)
      hash(searched, (start, at) => {
        const bit = start >>> (32 - FILTER_BITS)
        if (((filter[bit >>> 3] ?? 0) & (1 << (bit & 7))) === 0) return
        for (const { owner, form, length, mac } of entries.get(start) ?? []) {
          const isKnown = found.some((known) => known.owner === owner && known.form === form)
          if (!isKnown && macOf(searched.slice(at, at + length)) === mac) found.push({ owner, form })
        }
      })
      return found
    },
  }
}

/** Unlike `toLowerCase` it keeps every place where it is. */
const lowerAscii = (text: string) => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())

function nameOfForm(form: string, value: string): string {
  if (form === value) return 'plain'
  if (form === [...value].reverse().join('')) return 'reversed'
  if (form === lowerAscii(encodeURIComponent(value))) return 'URL-encoded'
  if (/^[0-9a-f]+$/.test(form) && form.length === Buffer.byteLength(value) * 2) return 'hex'
  return 'base64'
}

/** A hash of every run of `MIN_LENGTH` characters, under a random base. */
function createRollingHash() {
  const base = (randomBytes(4).readUInt32LE() | 1) >>> 0
  let power = 1
  for (let step = 0; step < MIN_LENGTH; step += 1) power = Math.imul(power, base)

  return (text: string, onRun: (hash: number, start: number) => void): void => {
    let rolling = 0
    for (let at = 0; at < text.length; at += 1) {
      rolling = (Math.imul(rolling, base) + text.charCodeAt(at) + 1) | 0
      if (at >= MIN_LENGTH) rolling = (rolling - Math.imul(text.charCodeAt(at - MIN_LENGTH) + 1, power)) | 0
      if (at >= MIN_LENGTH - 1) onRun(rolling >>> 0, at - MIN_LENGTH + 1)
    }
  }
}
