import { randomBytes, randomUUID } from 'node:crypto'

/** Secrets by the name that a finding is told by: `A deepgram`. */
export type Canaries = Readonly<Record<string, string>>

/** People may see ten characters of a key; a run of this many is a leak. */
const RUN = 12

const hex = (bytes: number) => randomBytes(bytes).toString('hex')
const word = (bytes: number) => randomBytes(bytes).toString('base64url')

/** The forms in which providers give out what is secret of their credentials. */
const SHAPES: Readonly<Record<string, () => string>> = {
  deepgram: () => hex(20),
  soniox: () => hex(32),
  assemblyai: () => hex(16),
  openai: () => `sk-proj-${word(40)}`,
  openaicompatible: () => `token-${word(24)}`,
  xai: () => `xai-${hex(40)}`,
  anthropic: () => `sk-ant-api03-${word(69)}-${word(4)}AA`,
  google: () => `AQ.${word(36)}`,
  elevenlabs: () => `sk_${hex(24)}`,
  cartesia: () => `sk_car_${word(24)}`,
  hume: () => word(36),
  telnyx: () => `KEY${hex(28).slice(0, 55)}`,
  twilio: () => hex(16),
  serpapi: () => hex(32),
  exa: () => randomUUID(),
  copilotkit: () => `ck_pub_${hex(16)}`,
}

/** What every key of a provider begins with, where that alone is longer than what is a leak. */
const COMMON_START = /^sk-ant-api03(?=-)/

/** Whether the form of a provider's keys is known here. */
export const hasShape = (provider: string): boolean => Object.hasOwn(SHAPES, provider)

/** A key that no other place holds, of the form that the provider gives them; of others with signs that encodings change. */
export const createCanary = (provider: string): string =>
  SHAPES[provider]?.() ?? `canary-${randomBytes(15).toString('base64')}+/=&?%"${word(9)}`

/** The ways in which a text may be written down, by name. */
const formsOf = (secret: string): Record<string, string> => ({
  plain: secret,
  reversed: reverse(secret),
  'URL-encoded': encodeURIComponent(secret),
  JSON: JSON.stringify(secret).slice(1, -1),
  hex: Buffer.from(secret).toString('hex'),
  'UTF-16': [...secret].join('\0'),
  ...Object.fromEntries(
    [0, 1, 2].flatMap((shift) => {
      const text = Buffer.concat([Buffer.alloc(shift), Buffer.from(secret)]).toString('base64')
      // The first and the last characters mix with what stands beside them.
      const own = text.replace(/=+$/, '').slice(shift === 0 ? 0 : shift + 1, -1)
      return [
        [`base64 at ${shift}`, own],
        [`base64url at ${shift}`, own.replaceAll('+', '-').replaceAll('/', '_')],
        [`base64 at ${shift}, reversed`, reverse(own)],
      ]
    }),
  ),
})

const reverse = (text: string) => [...text].reverse().join('')

export type CanarySearch = {
  /** Looks for one more secret from now on. */
  add(name: string, secret: string): void
  /** Names what a text or the bytes of a file hold: `A deepgram, hex`; nothing is what it should find. */
  scan(haystack: string | Buffer): string[]
}

/** How many signs of a run tell, for nearly every place of a text, that none begins there. */
const TELLING_SIGNS = 6
const SIEVE_BITS = 24
// Globals are slow to reach from where tests run.
const { imul } = Math

const sieveIndex = (text: string, start: number): number => {
  let hash = 0
  for (let at = start; at < start + TELLING_SIGNS; at += 1) hash = imul(hash ^ text.charCodeAt(at), 0x9e3779b1)
  return hash >>> (32 - SIEVE_BITS)
}

/** A search for any run of 12 characters of its secrets in any of their forms, in any case. */
export function createCanarySearch(): CanarySearch {
  const runs = new Map<string, string>()
  const sieve = new Uint8Array(2 ** SIEVE_BITS)
  return {
    add(name, secret) {
      for (const [form, text] of Object.entries(formsOf(secret.replace(COMMON_START, '')))) {
        const lower = text.toLowerCase()
        const size = form === 'UTF-16' ? 2 * RUN - 1 : RUN
        for (let start = 0; start + size <= lower.length; start += 1) {
          runs.set(lower.slice(start, start + size), `${name}, ${form}`)
          sieve[sieveIndex(lower, start)] = 1
        }
      }
    },
    scan(haystack) {
      const text = (typeof haystack === 'string' ? haystack : haystack.toString('latin1')).toLowerCase()
      const found = new Set<string>()
      for (const size of text.includes('\0') ? [RUN, 2 * RUN - 1] : [RUN]) {
        for (let start = 0; start + size <= text.length; start += 1) {
          if (sieve[sieveIndex(text, start)] === 0) continue
          const name = runs.get(text.slice(start, start + size))
          if (name !== undefined) found.add(name)
        }
      }
      return [...found].sort()
    },
  }
}

/** The search for secrets that are all known. */
export function createCanaryScan(canaries: Canaries): CanarySearch['scan'] {
  const search = createCanarySearch()
  for (const [name, secret] of Object.entries(canaries)) search.add(name, secret)
  return search.scan
}
