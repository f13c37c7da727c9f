import type { MultiTenantPluginConfig } from '@payloadcms/plugin-multi-tenant/types'

/** The official multi-tenant plugin: adds the tenant field, the tenant selector and its own constraints beside ours. */
export const createMultiTenantOptions = (): MultiTenantPluginConfig => ({
  collections: {},
  tenantsArrayField: {
    includeDefaultField: true,
    arrayFieldName: 'memberships',
    rowFields: [
      { name: 'role', type: 'select', options: ['owner', 'editor', 'viewer'], defaultValue: 'viewer', required: true },
    ],
  },
  userHasAccessToAllTenants: (user) => (user as { role?: string }).role === 'admin',
})
