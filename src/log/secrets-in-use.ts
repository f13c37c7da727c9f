import { randomBytes } from 'node:crypto'
import { formsOf } from './secret-forms.ts'

/**
 * Of each form every third run of 10 characters is remembered, and the last: whatever shows 12 characters in a row holds
 * one of them. Less is what people may see of a key anyway.
 */
const WINDOW = 10
const STRIDE = 3
/** Shorter secrets would take ordinary words out of the log. */
const MIN_SECRET = 8
/** Beyond it those are forgotten that were not used for the longest time, so that memory stays bounded. */
const MAX_KEPT = 2_000
const CENSOR = '[key]'

export type SecretsInUse = {
  /**
   * Remembers how to recognise secrets, not the secrets: keyed hashes of runs of their forms.
   * @param name what they are known by, so that a key that is used again and again is read once
   */
  note(name: string, secrets: readonly string[]): void
  /** Takes every noted secret out of a text: plain, URL-encoded, as JSON, hex or base64, in whole or in part, in any case. */
  scrub(text: string): string
}

/** Hashes by the length of the run. */
type Entry = Map<number, number[]>

/** What the log must never show at the moment: the values of the keys that this process has opened or was given. */
export function createSecretsInUse({ maxKept = MAX_KEPT }: { maxKept?: number } = {}): SecretsInUse {
  const hashOf = createRollingHash()
  const entries = new Map<string, Entry>()
  /** By length of the run: how many entries have the hash. */
  const known = new Map<number, Map<number, number>>()

  const count = (entry: Entry, step: 1 | -1) => {
    for (const [size, hashes] of entry) {
      const counts = known.get(size) ?? new Map<number, number>()
      known.set(size, counts)
      for (const hash of hashes) {
        const left = (counts.get(hash) ?? 0) + step
        if (left > 0) counts.set(hash, left)
        else counts.delete(hash)
      }
    }
  }

  const read = (secrets: readonly string[]): Entry => {
    const entry: Entry = new Map()
    for (const form of secrets.filter(({ length }) => length >= MIN_SECRET).flatMap(formsOf)) {
      const size = Math.min(WINDOW, form.length)
      const hashes = entry.get(size) ?? []
      entry.set(size, hashes)
      hashOf(form.toLowerCase(), size, (hash, start) => {
        if (start % STRIDE === 0 || start === form.length - size) hashes.push(hash)
      })
    }
    return entry
  }

  return {
    note(name, secrets) {
      const present = entries.get(name)
      const entry = present ?? read(secrets)
      if (!present) count(entry, 1)
      // Put last again: the first is the one that was not used for the longest time.
      entries.delete(name)
      entries.set(name, entry)
      if (entries.size <= maxKept) return
      const [oldest] = entries
      if (!oldest) return
      count(oldest[1], -1)
      entries.delete(oldest[0])
    },

    scrub(text) {
      let isSecret: Uint8Array | undefined
      const lower = text.toLowerCase()
      // A letter whose lower case is longer would shift every place behind it.
      const searched = lower.length === text.length ? lower : text
      for (const [size, counts] of known) {
        if (counts.size === 0) continue
        hashOf(searched, size, (hash, start) => {
          if (!counts.has(hash)) return
          isSecret ??= new Uint8Array(text.length)
          isSecret.fill(1, start, start + size)
        })
      }
      return isSecret ? rebuild(text, isSecret) : text
    },
  }
}

type OnRun = (hash: number, start: number) => void

/** Two rolling hashes under random bases, joined to 52 bits: a run of ordinary text is taken for a secret never in practice. */
function createRollingHash() {
  const bytes = randomBytes(8)
  const bases = [(bytes.readUInt32LE(0) | 1) >>> 0, (bytes.readUInt32LE(4) | 1) >>> 0] as const
  const powers = new Map<number, readonly [number, number]>()
  const powersFor = (size: number) => {
    const kept = powers.get(size)
    if (kept) return kept
    const made = bases.map((base) => {
      let power = 1
      for (let step = 1; step < size; step += 1) power = Math.imul(power, base)
      return power
    }) as [number, number]
    powers.set(size, made)
    return made
  }

  return (text: string, size: number, onRun: OnRun): void => {
    const [base, otherBase] = bases
    const [power, otherPower] = powersFor(size)
    let hash = 0
    let other = 0
    for (let at = 0; at < text.length; at += 1) {
      if (at >= size) {
        const leaving = text.charCodeAt(at - size) + 1
        hash = (hash - Math.imul(leaving, power)) | 0
        other = (other - Math.imul(leaving, otherPower)) | 0
      }
      const coming = text.charCodeAt(at) + 1
      hash = (Math.imul(hash, base) + coming) | 0
      other = (Math.imul(other, otherBase) + coming) | 0
      if (at >= size - 1) onRun((hash >>> 0) * 2 ** 20 + (other >>> 12), at - size + 1)
    }
  }
}

function rebuild(text: string, isSecret: Uint8Array): string {
  let clean = ''
  for (let at = 0; at < text.length; at += 1) {
    if (!isSecret[at]) clean += text[at]
    else if (!isSecret[at - 1]) clean += CENSOR
  }
  return clean
}
