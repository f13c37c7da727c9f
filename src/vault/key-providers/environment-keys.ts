import type { Environment } from '../../env/index.ts'
import { createHeldKeys } from './held-keys.ts'
import type { KeyProvider } from './key-provider.ts'

type Options = { environment: Pick<Environment, 'encryptionKey' | 'encryptionKeysRetired'> }

/** The keys of `ENCRYPTION_KEY` and `ENCRYPTION_KEYS_RETIRED`, as they were when the process started. */
export const createEnvironmentKeys = ({ environment }: Options): KeyProvider =>
  createHeldKeys({ current: environment.encryptionKey, others: environment.encryptionKeysRetired })
