import type { z } from 'zod'
import type { ProviderContext } from './context.ts'
import type { LlmCapability } from './llm.ts'
import type { MapsSearchCapability, WebSearchCapability } from './search.ts'
import type { SttCapability } from './stt.ts'
import type { TelephonyCapability } from './telephony.ts'
import type { TtsCapability } from './tts.ts'
import type { KeyVerdict } from './verdict.ts'

/** The version of this specification that a plugin is written to. */
export const SPEC_VERSION = 1

export const PROVIDER_KINDS = ['stt', 'llm', 'tts', 'telephony', 'data', 'copilot'] as const
export type ProviderKind = (typeof PROVIDER_KINDS)[number]

export const CAPABILITIES = [
  'stt',
  'llm',
  'tts',
  'telephony',
  'voice-cloning',
  'web-search',
  'maps-search',
  'copilot',
] as const
export type Capability = (typeof CAPABILITIES)[number]

export type CheckKeyContext<Credentials> = ProviderContext<Credentials> & {
  /** Aborts when the check's deadline (8 s by default) runs out. */
  signal: AbortSignal
}

/** What a person must know to use a field of the credentials; goes into zod's `.meta()` and so into the JSON Schema. */
export type CredentialFieldMeta = {
  /** The provider's own name of the field, `API key`. */
  title: string
  /** Where to find it and what it looks like. */
  description?: string
  /** What a good value looks like, with the secret part left out: `sk-proj-…`. */
  placeholder?: string
  /** Default true. False only for values that are public by nature (an account id, a public key). */
  secret?: boolean
}

/** Where a verdict's `metadata` tells what is left: a number, or a decimal in text, that falls as the key is used. */
export type BalanceField = {
  field: string
  /** What it counts, `credits`; or the entry that names it, `currency`. */
  unit?: string
  unitField?: string
}

/** What one test of a key costs the key's owner. */
export type CheckCosts = {
  /** With its currency, as people write it: `$0.004`. */
  amount: string
  /** For what, in a few words that go on after a colon: `one search`. */
  note: string
}

/** One provider as data plus a factory for each capability it has. */
export type ProviderManifest<Schema extends z.ZodObject = z.ZodObject> = {
  specVersion: typeof SPEC_VERSION
  /** Lower-case id; its capitals prefix the provider's environment variables. */
  id: string
  /** The provider's name as it writes it, `ElevenLabs`. */
  name: string
  /** One sentence: what the provider does for a tenant. */
  description: string
  kinds: readonly ProviderKind[]
  /** Beyond those that have a factory below, which the registry derives. */
  capabilities?: readonly Capability[]
  docsUrl: string
  /** Where a person makes a key. */
  keyUrl: string
  /** Set when the provider ended or will end its service. */
  sunset?: { date: string; message: string }
  /** Offered only where the operator names the provider in `PROVIDERS_ENABLED`. */
  isOffByDefault?: boolean
  /**
   * The field of the credentials that holds the address of a server which a tenant chose: all `origins` are taken from
   * it, if a platform admin allowed that address. For endpoints without an address of their own.
   */
  addressCredential?: string
  /** Every origin that the plugin talks to, by name: `{ api: 'https://api.deepgram.com' }`. */
  origins: Readonly<Record<string, string>>
  /** A zod object of strings; each field carries `CredentialFieldMeta` by `.meta()`. */
  credentials: Schema
  /** Which entry of a verdict's `metadata` says what is left of the account, so that its end can be foreseen. */
  balance?: BalanceField
  /** Set where `checkKey` is not free. Such a key is tested when a person asks or saves it, and never by the clock. */
  checkCosts?: CheckCosts
  /**
   * The provider has no way to test a key: `checkKey` asks nobody, looks at the key's form, and says `unverified` where
   * the form is right. Such a key is used as it is, and never tested by the clock.
   */
  checksFormOnly?: boolean
  /** The field that a lone `apiKey` in a request stands for. */
  primaryCredential: string
  /** One cheap request that tells what the key can do. Throws nothing for a provider's refusal: that is a verdict. */
  checkKey(context: CheckKeyContext<z.infer<Schema>>): Promise<KeyVerdict>
  stt?: SttCapability<z.infer<Schema>>
  llm?: LlmCapability<z.infer<Schema>>
  tts?: TtsCapability<z.infer<Schema>>
  telephony?: TelephonyCapability<z.infer<Schema>>
  webSearch?: WebSearchCapability<z.infer<Schema>>
  mapsSearch?: MapsSearchCapability<z.infer<Schema>>
}

/** Declares a provider plugin with its types inferred. The registry validates it at boot. */
export const defineProvider = <Schema extends z.ZodObject>(
  manifest: ProviderManifest<Schema>,
): ProviderManifest<Schema> => manifest
