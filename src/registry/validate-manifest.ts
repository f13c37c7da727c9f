import { z } from 'zod'
import { CAPABILITIES, PROVIDER_KINDS, SPEC_VERSION } from '../provider-kit/index.ts'
import type { ProviderManifest } from '../provider-kit/index.ts'
import { RegistryError } from './registry-error.ts'

const factory = z.looseObject({})
const origin = z
  .string()
  .refine((value) => URL.canParse(value) && new URL(value).origin === value, 'must be an origin without a path')

const manifestSchema = z.looseObject({
  id: z.string().regex(/^[a-z][a-z0-9]*$/, 'must be lower-case letters and digits, it prefixes environment variables'),
  name: z.string().min(1),
  description: z.string().min(1),
  kinds: z.array(z.enum(PROVIDER_KINDS)).min(1),
  capabilities: z.array(z.enum(CAPABILITIES)).optional(),
  docsUrl: z.url({ protocol: /^https$/ }),
  keyUrl: z.url({ protocol: /^https$/ }),
  balance: z
    .object({ field: z.string().min(1), unit: z.string().optional(), unitField: z.string().optional() })
    .optional(),
  checkCosts: z.object({ amount: z.string().regex(/\d/, 'must name a sum'), note: z.string().min(1) }).optional(),
  checksFormOnly: z.boolean().optional(),
  sunset: z.object({ date: z.iso.date(), message: z.string().min(1) }).optional(),
  origins: z.record(z.string(), origin).refine((value) => Object.keys(value).length > 0, 'names no origin'),
  credentials: z.instanceof(z.ZodObject),
  primaryCredential: z.string(),
  checkKey: z.function(),
  stt: factory.optional(),
  llm: factory.optional(),
  tts: factory.optional(),
  telephony: factory.optional(),
  webSearch: factory.optional(),
  mapsSearch: factory.optional(),
  isOffByDefault: z.boolean().optional(),
  addressCredential: z.string().optional(),
})

const KINDS_WITH_FACTORY = ['stt', 'llm', 'tts', 'telephony'] as const

/**
 * Holds one plugin's manifest to the specification.
 * @throws RegistryError with the stable code of what is wrong
 */
export function validateManifest(manifest: ProviderManifest): void {
  const label = typeof manifest.id === 'string' ? manifest.id : 'a plugin without an id'
  if (manifest.specVersion !== SPEC_VERSION) {
    throw new RegistryError('unsupported_spec_version', `${label} has ${manifest.specVersion}, this is ${SPEC_VERSION}`)
  }
  const parsed = manifestSchema.safeParse(manifest)
  if (!parsed.success) throw new RegistryError('invalid_manifest', `${label}: ${z.prettifyError(parsed.error)}`)

  for (const kind of KINDS_WITH_FACTORY) {
    if (manifest.kinds.includes(kind) !== Boolean(manifest[kind])) {
      throw new RegistryError('missing_factory', `${label}: kind and factory '${kind}' must come together`)
    }
  }
  if (!(manifest.primaryCredential in manifest.credentials.shape)) {
    throw new RegistryError('unknown_primary_credential', `${label}: ${manifest.primaryCredential}`)
  }
  if (manifest.addressCredential !== undefined && !(manifest.addressCredential in manifest.credentials.shape)) {
    throw new RegistryError('unknown_address_credential', `${label}: ${manifest.addressCredential}`)
  }
}
