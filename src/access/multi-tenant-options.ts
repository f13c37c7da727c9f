import type { MultiTenantPluginConfig } from '@payloadcms/plugin-multi-tenant/types'
import {
  AGENTS,
  ALERTS,
  AUDIT_LOG,
  CALLS,
  MEDIA,
  PHONE_NUMBERS,
  PROVIDER_KEYS,
  TENANTS,
  USAGE,
} from '../collections/slugs.ts'
import { tenantFieldOverrides } from '../fields/tenant-field.ts'
import { isPlatformAdmin } from './membership.ts'

/** Collections whose documents belong to one tenant each: the plugin gives them their tenant field. */
export const TENANT_COLLECTIONS = [
  AGENTS,
  PHONE_NUMBERS,
  CALLS,
  PROVIDER_KEYS,
  USAGE,
  MEDIA,
  ALERTS,
  AUDIT_LOG,
] as const

/** People know tenants as workspaces. */
const WORKSPACE_WORDS = {
  'nav-tenantSelector-label': 'Workspace',
  'field-assignedTenant-label': 'Workspace',
  'assign-tenant-button-label': 'Show workspace',
  'assign-tenant-modal-title': 'Workspace of "{{title}}"',
}

/**
 * The official multi-tenant plugin: adds the tenant field, the tenant selector and its own constraints beside ours.
 * The users collection declares the memberships itself, so that they stay out of the session token.
 * @param options.collections the collections of the configuration
 */
export function createMultiTenantOptions({
  collections,
}: {
  collections: readonly { slug: string }[]
}): MultiTenantPluginConfig {
  const slugs = TENANT_COLLECTIONS.filter((slug) => collections.some((collection) => collection.slug === slug))
  return {
    tenantsSlug: TENANTS,
    collections: Object.fromEntries(slugs.map((slug) => [slug, {}])),
    tenantField: tenantFieldOverrides(),
    i18n: { translations: { en: WORKSPACE_WORDS } },
    // Ours runs before the deletion: see the hooks of the tenants collection.
    cleanupAfterTenantDelete: false,
    tenantsArrayField: { includeDefaultField: false, arrayFieldName: 'memberships' },
    userHasAccessToAllTenants: isPlatformAdmin,
  }
}
