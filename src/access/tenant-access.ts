import type { Access, CollectionConfig } from 'payload'
import { nobody } from './compose.ts'
import { isPlatformAdmin, isTenantWithin, tenantsWithRole } from './membership.ts'
import type { TenantRole } from './membership.ts'
import { tenantOfRequest } from './tenant-of-request.ts'

export type TenantAccessRoles = {
  /** Roles that may do it in their own tenant; an empty list refuses everybody. */
  read: readonly TenantRole[]
  create: readonly TenantRole[]
  update: readonly TenantRole[]
  delete: readonly TenantRole[]
  /** Whether a platform admin reads the documents of every tenant. Never writes them. Default: true. */
  isReadByPlatformAdmin?: boolean
}

/**
 * Access of a collection whose documents belong to a tenant, denied by default: somebody anonymous, and a user of any
 * other auth collection, is refused everything; a member gets what their role allows, in the tenants where they hold it.
 */
export const tenantAccess = ({
  isReadByPlatformAdmin = true,
  ...roles
}: TenantAccessRoles): NonNullable<CollectionConfig['access']> => ({
  read: inTenantsWithRole({ roles: roles.read, isReadByPlatformAdmin }),
  readVersions: inTenantsWithRole({ roles: roles.read, isReadByPlatformAdmin, path: 'version.tenant' }),
  create: createInTenantWithRole(roles.create),
  update: inTenantsWithRole({ roles: roles.update }),
  delete: inTenantsWithRole({ roles: roles.delete }),
  unlock: nobody,
})

type InTenantsWithRoleOptions = {
  roles: readonly TenantRole[]
  isReadByPlatformAdmin?: boolean
  /** Where the documents keep their tenant. */
  path?: string
}

/** Limits to the documents of the tenants in which the user has one of the roles. */
export const inTenantsWithRole =
  ({ roles, isReadByPlatformAdmin = false, path = 'tenant' }: InTenantsWithRoleOptions): Access =>
  ({ req }) => {
    if (isReadByPlatformAdmin && isPlatformAdmin(req.user)) return true
    const tenants = tenantsWithRole(req.user, roles)
    return tenants.length > 0 && { [path]: { in: tenants } }
  }

/** Allows creating in the tenant that the data names, else in the one that the request is about. */
export const createInTenantWithRole =
  (roles: readonly TenantRole[]): Access =>
  async ({ req, data }) => {
    const tenants = tenantsWithRole(req.user, roles)
    if (tenants.length === 0) return false
    const named: unknown = (data as { tenant?: unknown } | undefined)?.tenant
    if (named !== undefined && named !== null) return isTenantWithin(named, tenants)
    const tenant = await tenantOfRequest(req)
    // The admin panel asks without data whether there is anything to create; a write that names no tenant fails later.
    if (tenant === 'unspecified') return true
    return tenant !== 'denied' && isTenantWithin(tenant.id, tenants)
  }
