import { z } from 'zod'
import { CommandError } from '../command-error.ts'

/** A key in the file, not looked at yet. */
export type SourceEntry = {
  /** Place in the file, from 1. */
  position: number
  /** Id, slug or e-mail address of an owner. */
  tenant: string
  provider: string
  /** A key alone, or fields by their names in the manifest. */
  given: string | Record<string, string>
  /** Set where the older system said so. */
  isEncrypted?: boolean
}

/** An entry of which not even the names can be read. */
export type MalformedEntry = { position: number; reason: string }
export type Source = { entries: SourceEntry[]; malformed: MalformedEntry[] }

const nameSchema = z.union([z.string().trim().min(1), z.number().int()]).transform(String)
const fieldsSchema = z.record(z.string(), z.string())
const entrySchema = z.object({
  tenant: nameSchema,
  provider: nameSchema,
  apiKey: z.string().optional(),
  credentials: fieldsSchema.optional(),
  encrypted: z.boolean().optional(),
})

/**
 * Reads both forms of the file: an array of entries, or an object of tenants with an object of providers each.
 * @throws CommandError where it is neither; its text is not repeated
 */
export function readSource({ text, path }: { text: string; path: string }): Source {
  const json = parseJson(text, path)
  if (Array.isArray(json)) return readArray(json)
  if (typeof json === 'object' && json !== null) return readObject(json as Record<string, unknown>)
  throw new CommandError(`${path} holds neither an array nor an object of keys; see import --help.`)
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    // The parser's own message quotes the text.
    throw new CommandError(`${path} is no valid JSON.`)
  }
}

function readArray(items: unknown[]): Source {
  const source: Source = { entries: [], malformed: [] }
  items.forEach((item, index) => {
    const position = index + 1
    const parsed = entrySchema.safeParse(item)
    if (!parsed.success) {
      source.malformed.push({ position, reason: 'it needs tenant, provider, and apiKey or credentials, as texts' })
      return
    }
    const { tenant, provider, apiKey, credentials, encrypted } = parsed.data
    const given = apiKey ?? credentials
    if (given === undefined || (apiKey !== undefined && credentials !== undefined)) {
      source.malformed.push({ position, reason: 'it needs either apiKey or credentials' })
      return
    }
    source.entries.push({
      position,
      tenant,
      provider,
      given,
      ...(encrypted === undefined ? {} : { isEncrypted: encrypted }),
    })
  })
  return source
}

function readObject(tenants: Record<string, unknown>): Source {
  const source: Source = { entries: [], malformed: [] }
  let position = 0
  for (const [tenant, providers] of Object.entries(tenants)) {
    if (typeof providers !== 'object' || providers === null || Array.isArray(providers)) {
      position += 1
      source.malformed.push({ position, reason: 'a tenant needs an object of providers' })
      continue
    }
    for (const [provider, value] of Object.entries(providers)) {
      position += 1
      const parsed = z.union([z.string(), fieldsSchema]).safeParse(value)
      if (parsed.success) source.entries.push({ position, tenant, provider, given: parsed.data })
      else source.malformed.push({ position, reason: 'its key is neither a text nor an object of texts' })
    }
  }
  return source
}
