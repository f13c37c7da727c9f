import { readCredentials } from '../../collections/ProviderKeys/read-credentials.ts'
import { secretValuesOf } from '../../collections/ProviderKeys/secret-fields.ts'
import type { ProviderManifest } from '../../provider-kit/index.ts'
import { isApiError } from '../../rest/api-error.ts'
import type { Credentials } from '../../vault/index.ts'
import { providerOfShape } from '../scan/key-shapes.ts'
import type { Outcome } from './outcomes.ts'
import type { SourceEntry } from './read-source.ts'
import { findImplausibility, readValue } from './read-value.ts'

export type ReadEntry = { credentials: Credentials; layers: number } | { outcome: Outcome; reason: string }

type ReadOptions = { entry: SourceEntry; manifest: ProviderManifest; keys?: readonly Buffer[] }

/** Turns what an entry gives into the credentials that the provider's manifest asks for, decrypted to the end. */
export function readEntry({ entry, manifest, keys }: ReadOptions): ReadEntry {
  const { given, isEncrypted } = entry
  if (typeof given === 'string') {
    const read = readValue({ text: given, keys, isEncrypted })
    if ('fault' in read) return { outcome: 'unreadable', reason: `its key ${read.fault}` }
    const fields = parseFields(read.value)
    return hold({ manifest, given: fields ? { credentials: fields } : { apiKey: read.value }, layers: read.layers })
  }
  const credentials: Credentials = {}
  let layers = 0
  for (const [name, text] of Object.entries(given)) {
    // Of several fields the public ones need not have been encrypted.
    const read = readValue({ text, keys, isEncrypted: isEncrypted && name === manifest.primaryCredential })
    if ('fault' in read)
      return { outcome: 'unreadable', reason: `its field ${fieldName(manifest, name)} ${read.fault}` }
    credentials[name] = read.value
    layers = Math.max(layers, read.layers)
  }
  return hold({ manifest, given: { credentials }, layers })
}

/** An older system may have encrypted several fields as one JSON text. */
function parseFields(text: string): Record<string, string> | undefined {
  if (!text.startsWith('{')) return undefined
  try {
    const fields: unknown = JSON.parse(text)
    const isFields =
      typeof fields === 'object' && fields !== null && Object.values(fields).every((value) => typeof value === 'string')
    return isFields ? (fields as Record<string, string>) : undefined
  } catch {
    return undefined
  }
}

type HoldOptions = {
  manifest: ProviderManifest
  given: { apiKey: string } | { credentials: Record<string, string> }
  layers: number
}

/** Holds a key to its manifest, and to what keys look like at all. */
function hold({ manifest, given, layers }: HoldOptions): ReadEntry {
  try {
    const { credentials } = readCredentials({ manifest, given })
    const fault = secretValuesOf(manifest, credentials).map(findImplausibility).find(Boolean)
    if (fault) return { outcome: 'not-a-key', reason: `its key ${fault}` }
    const owner = providerOfShape(credentials[manifest.primaryCredential] ?? '')
    if (owner && owner !== manifest.id)
      return { outcome: 'not-a-key', reason: `its key has the form of a key of ${owner}` }
    return { credentials, layers }
  } catch (error) {
    if (!isApiError(error)) throw error
    const fields = (error.details.fields ?? []) as { field: string; message: string }[]
    const faults = fields.map(
      ({ field, message }) => `${fieldName(manifest, field.replace('credentials.', ''))} (${message})`,
    )
    return { outcome: 'not-a-key', reason: `check ${faults.join(', ')}` }
  }
}

/** Names come from the file: one that the manifest does not know may be anything. */
const fieldName = (manifest: ProviderManifest, name: string): string =>
  name in manifest.credentials.shape || ['apiKey', 'credentials'].includes(name)
    ? name
    : 'that the provider does not know'
