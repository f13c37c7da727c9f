import type { KeyProvider, KeySuccession, WrappedKey } from './key-providers/key-provider.ts'
import type { KeyProviders } from './key-providers/select-key-providers.ts'
import { VaultError } from './vault-error.ts'

/** Meeting unknown keys makes the providers look for new ones at most this often, in ms. */
const LOOK_AGAIN_MS = 1_000

/** The key-encryption keys of every provider: one writes, the others only read. Never prints a key. */
export type KeyRing = {
  /** Names the key that writes. */
  readonly currentId: string
  /** Names of every key that can read, the current one first. */
  readonly ids: readonly string[]
  /** Encrypts a data key under the current key, bound to `context`. */
  wrap(plaintext: Buffer, context: Buffer): Promise<WrappedKey>
  /**
   * Opens a wrap; a key that is unknown is looked for once more where keys can come while the process runs.
   * @throws VaultError `unknown_key` when no provider has a key of that id, `does_not_open` when wrap or context are not
   *   the ones it was made with; whatever a provider throws that could not be asked
   */
  unwrap(wrapped: WrappedKey, context: Buffer): Promise<Buffer>
  /** Lets every provider look for keys that came or went. */
  refresh(): Promise<void>
  /** How a rotation gets its new key; absent where whoever operates the product brings it. */
  readonly succession: KeySuccession | undefined
}

const idsOf = ({ id, ids = [] }: KeyProvider): string[] => [id, ...ids]

/** Joins providers: `current` writes, all of them read what they wrote. */
export function createKeyRing({ current, others }: KeyProviders): KeyRing {
  const providers = [current, ...others]
  const holderOf = (keyId: string) => providers.find((provider) => idsOf(provider).includes(keyId))
  const refresh = async () => {
    for (const provider of providers) await provider.refresh?.()
  }

  let looking: Promise<void> | undefined
  let lookedAt = Number.NEGATIVE_INFINITY
  const lookAgain = () => {
    const isDue = performance.now() - lookedAt >= LOOK_AGAIN_MS
    if (!looking && isDue) {
      lookedAt = performance.now()
      looking = refresh()
        // What cannot be read now has brought no key: the unknown one stays unknown.
        .catch(() => {})
        .finally(() => {
          looking = undefined
        })
    }
    return looking
  }

  return {
    get currentId() {
      return current.id
    },
    get ids() {
      return [...new Set(providers.flatMap(idsOf))]
    },
    wrap: async (plaintext, context) => current.wrap(plaintext, context),
    async unwrap(wrapped, context) {
      const { keyId } = wrapped
      if (!holderOf(keyId)) await lookAgain()
      const holder = holderOf(keyId)
      if (!holder)
        throw new VaultError({ code: 'unknown_key', message: `No key-encryption key has the fingerprint ${keyId}.` })
      return holder.unwrap(wrapped, context)
    },
    refresh,
    succession: current.succession,
  }
}
