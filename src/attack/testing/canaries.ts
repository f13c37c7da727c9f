import { randomBytes } from 'node:crypto'

/** Secrets by the name that a finding is told by: `A deepgram`. */
export type Canaries = Readonly<Record<string, string>>

/** People may see ten characters of a key; a run of this many is a leak. */
const RUN = 12

const SHAPES: Readonly<Record<string, () => string>> = {
  deepgram: () => randomBytes(20).toString('hex'),
  openai: () => `sk-proj-${randomBytes(40).toString('base64url')}`,
  elevenlabs: () => `sk_${randomBytes(24).toString('hex')}`,
  telnyx: () => `KEY${randomBytes(28).toString('hex').slice(0, 55)}`,
}

/** A key that no other place holds, of the form that the provider gives them; of others with signs that encodings change. */
export const createCanary = (provider: string): string =>
  SHAPES[provider]?.() ?? `canary-${randomBytes(15).toString('base64')}+/=&?%"${randomBytes(9).toString('base64url')}`

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

/**
 * Makes a search for any run of 12 characters of a secret in any of its forms, in any case.
 * @returns a function that names what a text or the bytes of a file hold: `A deepgram, hex`; nothing is what it should find
 */
export function createCanaryScan(canaries: Canaries): (haystack: string | Buffer) => string[] {
  const runs = new Map<string, string>()
  for (const [name, secret] of Object.entries(canaries)) {
    for (const [form, text] of Object.entries(formsOf(secret))) {
      const lower = text.toLowerCase()
      const size = form === 'UTF-16' ? 2 * RUN - 1 : RUN
      for (let start = 0; start + size <= lower.length; start += 1)
        runs.set(lower.slice(start, start + size), `${name}, ${form}`)
    }
  }
  return (haystack) => {
    const text = (typeof haystack === 'string' ? haystack : haystack.toString('latin1')).toLowerCase()
    const found = new Set<string>()
    for (const size of text.includes('\0') ? [RUN, 2 * RUN - 1] : [RUN]) {
      for (let start = 0; start + size <= text.length; start += 1) {
        const name = runs.get(text.slice(start, start + size))
        if (name !== undefined) found.add(name)
      }
    }
    return [...found].sort()
  }
}
