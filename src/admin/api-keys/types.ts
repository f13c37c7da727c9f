import type { toKeyDoc } from '../../collections/ProviderKeys/to-key-doc.ts'
import type { KeyCheck } from '../../collections/ProviderKeys/check-key.ts'
import type { Capability, CheckCosts, ProviderKind } from '../../provider-kit/index.ts'
import type { ServiceState } from '../../services/check-service.ts'

/** A stored key as `/api/user-api-keys` shows it: never the key itself. */
export type KeyDoc = ReturnType<typeof toKeyDoc> & Partial<KeyHealthFields>

/** What use and tests taught about a key. */
export type KeyHealthFields = {
  lastSucceededAt: string | null
  lastFailedAt: string | null
  lastFailureKind: string | null
  nextProbeAt: string | null
  /** How long the balance lasts at the present pace. */
  daysToEmpty: number | null
}

export type { KeyCheck, ServiceState }

/** One property of a provider's credentials, as JSON Schema with what the manifest says of it. */
export type CredentialProperty = {
  title?: string
  description?: string
  placeholder?: string
  /** A value is secret unless this is false. */
  secret?: boolean
  enum?: string[]
}

/** A provider as `/api/providers` describes it. */
export type ProviderInfo = {
  id: string
  name: string
  description: string
  kinds: ProviderKind[]
  capabilities: Capability[]
  docsUrl: string
  keyUrl: string
  primaryCredential: string
  credentialSchema: { properties?: Record<string, CredentialProperty>; required?: string[] }
  requiredFor: string[]
  /** The field that holds the address of a server, chosen among those that a platform admin allowed. */
  addressCredential?: string
  sunset?: { date: string; message: string }
  /** Not offered here: nothing can be done with it but to delete a key that was left. */
  isOff?: boolean
  /** What a test of a key costs; absent where it is free. */
  checkCosts?: CheckCosts
  /** Nobody is asked in a test. */
  checksFormOnly?: boolean
}

/** What a workspace has built, as far as it says which keys it needs. */
export type Workplace = {
  agents: { id: string | number; name: string; kind: string; isPublished: boolean; providers: string[] }[]
  numbers: { id: string | number; number: string; provider: string; hasAgent: boolean }[]
}

/** What stops without a key, from `/api/user-api-keys/:provider/impact`. */
export type KeyImpact = {
  agents: { id: string | number; name: string }[]
  numbers: { id: string | number; number: string }[]
  services: { id: string; name: string }[]
  liveCalls: number
}
