const VAULT_ERROR = Symbol.for('patchbay.vault-error')

/**
 * - `missing`: the tenant has no key of that provider
 * - `exists`: it has one already
 * - `rejected`: the provider refused the key when it was last tested
 * - `undecryptable`: the stored key does not open; it has to be entered again
 * - `no_former_version`: nothing is in grace that could come back
 * - `wrong_encryption_key`: the data needs a key-encryption key that was not given; nothing was changed
 * - `damaged_canary`: the text that proves the key-encryption key was changed
 * - `nodes_behind`: processes that serve cannot read the key that a rotation goes to; nothing was changed
 * - `rotation_superseded`: another rotation began while one was under way
 * - `unknown_key`, `does_not_open`, `malformed_envelope`: what the layers below say to the vault itself
 */
export type VaultErrorCode =
  | 'missing'
  | 'exists'
  | 'rejected'
  | 'undecryptable'
  | 'no_former_version'
  | 'wrong_encryption_key'
  | 'damaged_canary'
  | 'nodes_behind'
  | 'rotation_superseded'
  | 'unknown_key'
  | 'does_not_open'
  | 'malformed_envelope'

/** What the vault could not do; `code` is stable, the message holds no secret. */
export class VaultError extends Error {
  readonly [VAULT_ERROR] = true
  override name = 'VaultError'
  readonly code: VaultErrorCode

  constructor({ code, message }: { code: VaultErrorCode; message: string }) {
    super(message)
    this.code = code
  }
}

export const isVaultError = (error: unknown): error is VaultError =>
  typeof error === 'object' && error !== null && (error as Record<symbol, unknown>)[VAULT_ERROR] === true
