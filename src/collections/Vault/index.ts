import type { CollectionConfig, Field } from 'payload'
import { nobody } from '../../access/index.ts'
import { VAULT_CANARY, VAULT_DATA_KEYS, VAULT_SECRETS } from '../slugs.ts'

type HiddenOptions = { slug: string; fields: Field[]; indexes?: CollectionConfig['indexes'] }

/** A collection that exists for the vault alone: no REST, no GraphQL, no admin panel, no copies of its rows anywhere. */
const hidden = ({ slug, fields, indexes = [] }: HiddenOptions): CollectionConfig => ({
  slug,
  access: {
    admin: () => false,
    create: nobody,
    read: nobody,
    readVersions: nobody,
    update: nobody,
    delete: nobody,
    unlock: nobody,
  },
  admin: { hidden: true },
  endpoints: false,
  graphQL: false,
  versions: false,
  trash: false,
  lockDocuments: false,
  disableDuplicate: true,
  disableBulkEdit: true,
  fields,
  indexes,
})

/** One ciphertext per version of a credential. `destroyAfter` is empty for the version that is in use. */
const VaultSecrets = hidden({
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
const VaultDataKeys = hidden({
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
const VaultCanary = hidden({
  slug: VAULT_CANARY,
  fields: [
    { name: 'name', type: 'text', required: true, unique: true },
    { name: 'wrapped', type: 'text', required: true },
  ],
})

export const vaultCollections: readonly CollectionConfig[] = [VaultSecrets, VaultDataKeys, VaultCanary]
