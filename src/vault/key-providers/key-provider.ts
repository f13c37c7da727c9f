/** A data key in its wrap: which key-encryption key opens it, and bytes that only that key's provider understands. */
export type WrappedKey = { keyId: string; sealed: Buffer }

/**
 * Where key-encryption keys live: this process's memory, or a service that never hands them out. One that is asked over
 * a network answers with promises. The vault asks it once for each data key, and keeps that open for a minute.
 */
export type KeyProvider = {
  /** Names the key that writes and reveals nothing of it: at most 200 letters, digits, `:`, `/`, `_` and `-`. */
  readonly id: string
  /** Names of every key that can read now. Absent: the one above. */
  readonly ids?: readonly string[]
  /** Encrypts a data key (32 bytes) under the key that writes, bound to `context` (at most 500 bytes). */
  wrap(plaintext: Buffer, context: Buffer): WrappedKey | Promise<WrappedKey>
  /**
   * Opens what a key of `ids` wrapped.
   * @throws VaultError `does_not_open` where wrap or context are not the ones that it was made with. Any other error says
   *   that the provider could not be asked: nothing is concluded from it
   */
  unwrap(wrapped: WrappedKey, context: Buffer): Buffer | Promise<Buffer>
  /** Looks for keys that came or went since. Absent: they never change while the process runs. */
  refresh?(): void | Promise<void>
  /** How a rotation gets its new key. Absent: whoever operates the product brings it. */
  succession?: KeySuccession
}

/** What a provider that makes its keys itself does in a rotation. Each step may be taken twice. */
export type KeySuccession = {
  /** Where it keeps its keys, for people. */
  readonly place: string
  /** The key that is staged; undefined where none is. */
  readonly stagedId: string | undefined
  /** Former keys that `drop` can forget. */
  readonly retiredIds: readonly string[]
  /**
   * Makes a key that can be read with and does not write yet; the one that is staged already, where there is one.
   * @returns its id
   */
  stage(): string | Promise<string>
  /** Lets the staged key write; the former one goes on reading. */
  promote(id: string): void | Promise<void>
  /** Forgets former keys, for good. */
  drop(ids: readonly string[]): void | Promise<void>
}
