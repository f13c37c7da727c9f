import type { Environment } from '../../env/index.ts'
import { openKeyFile, openSecretsFile } from '../../env/index.ts'
import { createEnvironmentKeys } from './environment-keys.ts'
import { createFileKeys } from './file-keys.ts'
import { createHeldKeys } from './held-keys.ts'
import type { KeyProvider } from './key-provider.ts'

/** The one that writes, and those that only read. */
export type KeyProviders = { current: KeyProvider; others: readonly KeyProvider[] }

/**
 * Which providers the settings ask for: the one place that knows them all.
 * @throws EnvironmentError where a file of keys cannot be read
 */
export function selectKeyProviders(environment: Environment): KeyProviders {
  const { encryptionKeyFile: file, encryptionKeysRetired: retired } = environment
  if (!file) return { current: createEnvironmentKeys({ environment }), others: [] }
  const [current, ...others] = retired
  return {
    current: createFileKeys({ file: file.isGenerated ? openSecretsFile(file) : openKeyFile(file) }),
    others: current ? [createHeldKeys({ current, others })] : [],
  }
}
