import type { toKeyDoc } from '../../collections/ProviderKeys/to-key-doc.ts'
import type { KeyCheck } from '../../collections/ProviderKeys/check-key.ts'
import type { Capability, ProviderKind } from '../../provider-kit/index.ts'
import type { ServiceState } from '../../services/check-service.ts'

/** A stored key as `/api/user-api-keys` shows it: never the key itself. */
export type KeyDoc = ReturnType<typeof toKeyDoc>

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
  sunset?: { date: string; message: string }
}
