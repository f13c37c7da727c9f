import { z } from 'zod'
import type { ProviderManifest } from '../../provider-kit/index.ts'
import { ApiError } from '../../rest/api-error.ts'
import type { Credentials } from '../../vault/index.ts'
import { expiresAtSchema } from './expires-at.ts'

/** Longer than any key or token of a provider, in characters. */
const MAX_CREDENTIAL = 8_192
const MAX_DEFAULTS = 20

const defaultsSchema = z
  .record(z.string().min(1).max(50), z.union([z.string().max(200), z.number(), z.boolean(), z.null()]))
  .refine((value) => Object.keys(value).length <= MAX_DEFAULTS, `at most ${MAX_DEFAULTS} entries`)

/** A key in a body: alone as `apiKey`, or every field that the provider's manifest names as `credentials`. */
const givenKeyShape = {
  apiKey: z.string().optional(),
  credentials: z.record(z.string(), z.unknown()).optional(),
}

/** What an owner notes beside a key. */
const notedShape = { expiresAt: expiresAtSchema.optional(), defaults: defaultsSchema.optional() }

export const storeKeyBody = z.strictObject({
  provider: z.string(),
  ...givenKeyShape,
  ...notedShape,
})
export const validateKeyBody = z.strictObject({ provider: z.string(), ...givenKeyShape })
/**
 * The whole credential again: there is no way to change the account or the region of a stored key and keep its secret,
 * or somebody could send the secret to a place of their own.
 */
export const replaceKeyBody = z.strictObject({ ...givenKeyShape, ...notedShape })
export const changeKeyBody = z
  .strictObject(notedShape)
  .refine((body) => Object.keys(body).length > 0, 'names nothing to change: send expiresAt or defaults')

type GivenKey = { apiKey?: string; credentials?: Record<string, unknown> }
export type ReadCredentials = { credentials: Credentials; notes: string[] }

/** Whether a body brings a key at all. */
export const hasGivenKey = ({ apiKey, credentials }: GivenKey): boolean =>
  apiKey !== undefined || credentials !== undefined

/**
 * Reads the key out of a body: cleans what was pasted and holds it to the manifest.
 * @returns the credentials, and what was done to them in sentences for a person
 * @throws ApiError 400 `invalid_input` with the fields that are wrong: names and reasons, never values
 */
export function readCredentials({ manifest, given }: { manifest: ProviderManifest; given: GivenKey }): ReadCredentials {
  const { apiKey, credentials } = given
  if (apiKey !== undefined && credentials !== undefined) {
    throw invalid([{ field: 'apiKey', message: 'send either apiKey or credentials, not both' }])
  }
  const isAlone = apiKey !== undefined
  const raw = isAlone ? { [manifest.primaryCredential]: apiKey } : (credentials ?? {})
  const nameOf = (field: string) =>
    isAlone && field === manifest.primaryCredential ? 'apiKey' : `credentials.${field}`

  const notes: string[] = []
  const cleaned = Object.fromEntries(
    Object.entries(raw).map(([field, value]) => [
      field,
      typeof value === 'string' ? clean(value, nameOf(field), notes) : value,
    ]),
  )
  const parsed = manifest.credentials.strict().safeParse(cleaned)
  if (!parsed.success) {
    throw invalid(
      parsed.error.issues.map(({ path, code, message }) =>
        code === 'unrecognized_keys'
          ? {
              field: 'credentials',
              message: `${manifest.name} knows only ${Object.keys(manifest.credentials.shape).join(', ')}`,
            }
          : { field: nameOf(String(path[0] ?? manifest.primaryCredential)), message },
      ),
    )
  }
  // An optional field that was left out is not part of the credential.
  const present = Object.entries(parsed.data).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  return { credentials: Object.fromEntries(present), notes }
}

function clean(value: string, field: string, notes: string[]): string {
  const trimmed = value.trim()
  const bare = trimmed.replace(/^Bearer\s+/i, '')
  if (bare !== trimmed) notes.push(`The word Bearer before the key was left out (${field}).`)
  if (bare === '') throw invalid([{ field, message: 'is empty' }])
  if (bare.length > MAX_CREDENTIAL) throw invalid([{ field, message: 'is longer than any key' }])
  if (/[\r\n]/.test(bare)) throw invalid([{ field, message: 'has more than one line: paste the key alone' }])
  if (/[\p{Cc}\p{Cs}]/u.test(bare)) throw invalid([{ field, message: 'has characters that no key has' }])
  return bare
}

function invalid(fields: { field: string; message: string }[]): ApiError {
  const list = fields.map(({ field, message }) => `${field} (${message})`).join('; ')
  return new ApiError({
    status: 400,
    code: 'invalid_input',
    message: `Check these fields: ${list}.`,
    details: { fields },
  })
}
