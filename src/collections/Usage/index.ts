import type { CollectionConfig } from 'payload'
import { TENANT_ROLES, tenantAccess } from '../../access/index.ts'
import { CALLS, USAGE } from '../slugs.ts'

/** What each call used of each provider, for the workspace's own bills. Written by the server alone. */
export const Usage: CollectionConfig = {
  slug: USAGE,
  labels: { singular: 'Usage entry', plural: 'Usage' },
  admin: {
    // Read through the API; for people, each call's page says what it used.
    hidden: true,
    useAsTitle: 'kind',
    defaultColumns: ['createdAt', 'provider', 'kind', 'quantity', 'unit', 'call'],
    description: 'What was used of each provider. The providers bill it to the keys of this workspace.',
  },
  access: tenantAccess({ read: TENANT_ROLES, create: [], update: [], delete: [] }),
  defaultSort: '-createdAt',
  disableDuplicate: true,
  disableBulkEdit: true,
  fields: [
    {
      type: 'row',
      fields: [
        { name: 'provider', type: 'text', required: true, index: true },
        { name: 'kind', type: 'text', required: true, index: true },
      ],
    },
    {
      type: 'row',
      fields: [
        { name: 'quantity', type: 'number', required: true, min: 0 },
        { name: 'unit', type: 'text', required: true },
      ],
    },
    { name: 'credentialId', type: 'text', label: 'Credential id', index: true },
    { name: 'call', type: 'relationship', relationTo: CALLS, index: true, maxDepth: 0 },
  ],
}
