import type { FieldAccess } from 'payload'
import { hasTenantRole, isPlatformAdmin, isSameId, personIdOf } from './membership.ts'
import type { TenantRole } from './membership.ts'

/** A field that only the server writes, or that nobody reads. */
export const noFieldAccess: FieldAccess = () => false

/** A field that only platform admins read or write. */
export const platformAdminField: FieldAccess = ({ req }) => isPlatformAdmin(req.user)

/** A field of a user document: for that user and for platform admins. */
export const selfOrPlatformAdminField: FieldAccess = ({ req, id, doc }) =>
  isPlatformAdmin(req.user) || isSameId(personIdOf(req.user), id ?? doc?.id)

/** A field of a tenant's document: for members who have one of the roles in that document's tenant. */
export const tenantRoleField =
  (roles: readonly TenantRole[]): FieldAccess =>
  ({ req, doc, data }) =>
    hasTenantRole(req.user, { tenant: doc?.tenant ?? data?.tenant, roles })
