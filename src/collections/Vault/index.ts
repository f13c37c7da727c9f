import type { CollectionConfig } from 'payload'
import { hiddenCollection } from '../hidden-collection.ts'
import { VAULT_CANARY, VAULT_DATA_KEYS, VAULT_NODES, VAULT_ROTATIONS, VAULT_SECRETS } from '../slugs.ts'

/** One ciphertext per version of a credential. `destroyAfter` is empty for the version that is in use. */
const VaultSecrets = hiddenCollection({
  slug: VAULT_SECRETS,
  fields: [
    { name: 'tenant', type: 'text', required: true, index: true },
    { name: 'credential', type: 'text', required: true },
    { name: 'provider', type: 'text', required: true },
    { name: 'version', type: 'number', required: true },
    { name: 'envelope', type: 'text', required: true },
    { name: 'destroyAfter', type: 'date', index: true },
  ],
  indexes: [{ fields: ['credential', 'version'], unique: true }],
})

/** The tenants' data keys in their wraps. A tenant has a second generation where the first was damaged. */
const VaultDataKeys = hiddenCollection({
  slug: VAULT_DATA_KEYS,
  fields: [
    { name: 'tenant', type: 'text', required: true },
    { name: 'generation', type: 'number', required: true },
    { name: 'keyId', type: 'text', required: true, unique: true },
    { name: 'wrapped', type: 'text', required: true },
  ],
  indexes: [{ fields: ['tenant', 'generation'], unique: true }],
})

/** A known text under the key-encryption key: what tells a wrong key before anything is served. */
const VaultCanary = hiddenCollection({
  slug: VAULT_CANARY,
  fields: [
    { name: 'name', type: 'text', required: true, unique: true },
    { name: 'wrapped', type: 'text', required: true },
  ],
})

/** A change of the key-encryption key that was begun: to which key, how far it is. */
const VaultRotations = hiddenCollection({
  slug: VAULT_ROTATIONS,
  fields: [
    { name: 'keyId', type: 'text', required: true, unique: true },
    { name: 'state', type: 'text', required: true },
    { name: 'startedAt', type: 'date', required: true },
    { name: 'finishedAt', type: 'date' },
    { name: 'counts', type: 'json' },
  ],
})

/** The processes that serve, and the key-encryption keys that each of them can read. */
const VaultNodes = hiddenCollection({
  slug: VAULT_NODES,
  fields: [
    { name: 'nodeId', type: 'text', required: true, unique: true },
    { name: 'currentKeyId', type: 'text', required: true },
    { name: 'keyIds', type: 'json', required: true },
    { name: 'seenAt', type: 'date', required: true, index: true },
  ],
})

export const vaultCollections: readonly CollectionConfig[] = [
  VaultSecrets,
  VaultDataKeys,
  VaultCanary,
  VaultRotations,
  VaultNodes,
]
