import type { FieldAccess } from 'payload'
import { hasTenantRole, idOf, isPlatformAdmin, isSameId, personIdOf } from './membership.ts'
import type { TenantRole } from './membership.ts'

/** A field that only the server writes, or that nobody reads. */
export const noFieldAccess: FieldAccess = () => false

/** A field that only platform admins read or write. */
export const platformAdminField: FieldAccess = ({ req }) => isPlatformAdmin(req.user)

/** A field of a user document that only that user touches. */
export const selfField: FieldAccess = ({ req, id, doc }) => isSameId(personIdOf(req.user), id ?? idOf(doc))

/** A field of a user document: for that user and for platform admins. */
export const selfOrPlatformAdminField: FieldAccess = (args) =>
  isPlatformAdmin(args.req.user) || Boolean(selfField(args))

/** A field of a tenant's document: for members who have one of the roles in that document's tenant. */
export const tenantRoleField =
  (roles: readonly TenantRole[]): FieldAccess =>
  ({ req, doc, data }) =>
    hasTenantRole(req.user, { tenant: doc?.tenant ?? data?.tenant, roles })
