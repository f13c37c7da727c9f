import type { CollectionConfig } from 'payload'
import { nobody, tenantAccess } from '../../access/index.ts'
import { PROVIDER_KEYS } from '../slugs.ts'
import { noteRefusedDocument } from './access/note-refused-access.ts'

/** The states of a stored key: those of a verdict, and `undecryptable`. */
const STATUSES = [
  'valid',
  'limited',
  'out-of-credit',
  'rejected',
  'unreachable',
  'unverified',
  'undecryptable',
] as const

/**
 * What people may see of a tenant's keys; the multi-tenant plugin adds the tenant. The keys themselves lie elsewhere,
 * encrypted, and every write goes through the endpoints under `/api/user-api-keys`.
 */
export const ProviderKeys: CollectionConfig = {
  slug: PROVIDER_KEYS,
  labels: { singular: 'API key', plural: 'API keys' },
  admin: {
    // People have the page at /admin/settings/api-keys instead.
    hidden: true,
    useAsTitle: 'provider',
  },
  access: {
    ...tenantAccess({ read: ['owner', 'editor'], create: [], update: [], delete: [] }),
    create: nobody,
    update: nobody,
    delete: nobody,
  },
  hooks: { afterError: [noteRefusedDocument] },
  versions: false,
  trash: false,
  graphQL: false,
  disableDuplicate: true,
  disableBulkEdit: true,
  indexes: [{ fields: ['tenant', 'provider'], unique: true }],
  fields: [
    { name: 'provider', type: 'text', required: true },
    { name: 'masked', type: 'text', required: true, label: 'Key' },
    { name: 'status', type: 'select', options: [...STATUSES], required: true, defaultValue: 'unverified', index: true },
    { name: 'statusSince', type: 'date', label: 'So since' },
    { name: 'message', type: 'text', label: 'Verdict' },
    { name: 'fixUrl', type: 'text', label: 'Where to mend it' },
    { name: 'capabilities', type: 'json' },
    { name: 'metadata', type: 'json', label: 'Account' },
    { name: 'checkedAt', type: 'date', label: 'Last tested' },
    { name: 'latencyMs', type: 'number', label: 'Answered within (ms)' },
    { name: 'isActive', type: 'checkbox', defaultValue: true, label: 'In use' },
    { name: 'version', type: 'number', required: true },
    { name: 'credentialId', type: 'text', required: true, unique: true, label: 'Credential id' },
    { name: 'expiresAt', type: 'date', label: 'Expires' },
    { name: 'ownerExpiresAt', type: 'date', label: 'Expires, as its owner says' },
    { name: 'lastUsedAt', type: 'date', label: 'Last used' },
    { name: 'lastSucceededAt', type: 'date', label: 'Last worked' },
    { name: 'lastFailedAt', type: 'date', label: 'Last failed' },
    { name: 'lastFailureKind', type: 'text', label: 'How it failed' },
    { name: 'nextProbeAt', type: 'date', label: 'Next test', index: true },
    { name: 'probeFailures', type: 'number', label: 'Tests without an answer' },
    { name: 'balanceSamples', type: 'json', label: 'Balance over time' },
    { name: 'defaults', type: 'json' },
  ],
}
