/** Codes of every way a set of provider plugins can be wrong. */
export const REGISTRY_ERROR_CODES = {
  invalid_manifest: 'The manifest does not follow the specification',
  unsupported_spec_version: 'The plugin is written to another version of the specification',
  duplicate_id: 'Two plugins have the same id',
  missing_factory: 'A kind is named without the factory that serves it',
  unknown_primary_credential: 'The primary credential is not among the credentials',
  unknown_address_credential: 'The address is not among the credentials',
  unknown_provider: 'No plugin has this id',
  unknown_enabled: 'PROVIDERS_ENABLED names a provider that is not installed',
  missing_capability: 'The provider does not have this capability',
} as const

export type RegistryErrorCode = keyof typeof REGISTRY_ERROR_CODES

const REGISTRY_ERROR = Symbol.for('patchbay.registry-error')

/** A mistake in the plugins or in asking for them; `code` is stable. */
export class RegistryError extends Error {
  readonly [REGISTRY_ERROR] = true
  override name = 'RegistryError'
  readonly code: RegistryErrorCode

  constructor(code: RegistryErrorCode, detail: string) {
    super(`${REGISTRY_ERROR_CODES[code]}: ${detail}`)
    this.code = code
  }
}

export const isRegistryError = (error: unknown): error is RegistryError =>
  typeof error === 'object' && error !== null && (error as Record<symbol, unknown>)[REGISTRY_ERROR] === true
