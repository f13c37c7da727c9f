export { accessAnd, accessOr, nobody } from './compose.ts'
export {
  noFieldAccess,
  platformAdminField,
  selfField,
  selfOrPlatformAdminField,
  tenantRoleField,
} from './field-access.ts'
export {
  TENANT_ROLES,
  hasTenantRole,
  idOf,
  isPerson,
  isPlatformAdmin,
  isSameId,
  isTenantWithin,
  membershipsOf,
  personIdOf,
  tenantsWithRole,
} from './membership.ts'
export type { DocumentId, Membership, TenantRole } from './membership.ts'
export { isHiddenFromNonManagers } from './is-hidden-from-non-managers.ts'
export { resolveTenant } from './resolve-tenant.ts'
export type { ResolvedTenant } from './resolve-tenant.ts'
export { createInTenantWithRole, inTenantsWithRole, tenantAccess } from './tenant-access.ts'
export type { TenantAccessRoles } from './tenant-access.ts'
