import type { CollectionConfig } from 'payload'
import {
  TENANT_ROLES,
  accessOr,
  inTenantsWithRole,
  isHiddenFromNonManagers,
  nobody,
  platformAdminField,
} from '../../access/index.ts'
import { destroyTenantKeys } from '../../vault/index.ts'
import { TENANTS } from '../slugs.ts'
import { platformAdminOnly } from '../Users/access/platform-admin-only.ts'
import { fillSlug } from './hooks/fill-slug.ts'
import { removeLateEvents } from './hooks/remove-late-events.ts'
import { removeTenantDocuments } from './hooks/remove-tenant-documents.ts'
import { SLUG_RULE, isTenantSlug } from './tenant-slug.ts'

/** A workspace: the border that keys, agents, numbers and calls never cross. */
export const Tenants: CollectionConfig = {
  slug: TENANTS,
  labels: { singular: 'Workspace', plural: 'Workspaces' },
  admin: {
    group: 'People',
    hidden: isHiddenFromNonManagers,
    useAsTitle: 'name',
    defaultColumns: ['name', 'slug', 'createdAt'],
    description: 'Each workspace has its own keys, agents, numbers and calls.',
  },
  access: {
    read: inTenantsWithRole({ roles: TENANT_ROLES, isReadByPlatformAdmin: true, path: 'id' }),
    readVersions: nobody,
    create: platformAdminOnly,
    update: accessOr(platformAdminOnly, inTenantsWithRole({ roles: ['owner'], path: 'id' })),
    delete: platformAdminOnly,
    unlock: nobody,
  },
  hooks: {
    beforeValidate: [fillSlug],
    beforeDelete: [removeTenantDocuments],
    afterDelete: [destroyTenantKeys, removeLateEvents],
  },
  disableDuplicate: true,
  fields: [
    { name: 'name', type: 'text', required: true, maxLength: 120 },
    {
      name: 'slug',
      type: 'text',
      required: true,
      unique: true,
      index: true,
      maxLength: 64,
      access: { update: platformAdminField },
      admin: { description: 'Names the workspace in the X-Tenant header. Made from the name when left empty.' },
      validate: (value: unknown) => isTenantSlug(value) || SLUG_RULE,
    },
  ],
}
