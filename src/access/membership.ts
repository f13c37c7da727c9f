import type { PayloadRequest } from 'payload'
import { USERS } from '../collections/slugs.ts'

export const TENANT_ROLES = ['owner', 'editor', 'viewer'] as const
export type TenantRole = (typeof TENANT_ROLES)[number]
export type DocumentId = number | string
export type Membership = { tenant: DocumentId; role: TenantRole }

type SessionUser = {
  collection?: string
  role?: string | null
  memberships?: { tenant?: DocumentId | { id: DocumentId } | null; role?: string | null }[] | null
}

/** The signed-in person, if it is one of the users collection; any other auth collection counts as nobody. */
function personOf(user: PayloadRequest['user']): SessionUser | undefined {
  const person = user as SessionUser | null
  return person?.collection === USERS ? person : undefined
}

export const isPerson = (user: PayloadRequest['user']): boolean => personOf(user) !== undefined

export const isPlatformAdmin = (user: PayloadRequest['user']): boolean => personOf(user)?.role === 'admin'

/** The tenants that a user belongs to, with the role in each. */
export function membershipsOf(user: PayloadRequest['user']): Membership[] {
  return (personOf(user)?.memberships ?? []).flatMap(({ tenant, role }) => {
    const id = typeof tenant === 'object' && tenant !== null ? tenant.id : tenant
    const isRole = TENANT_ROLES.includes(role as TenantRole)
    return id === undefined || id === null || !isRole ? [] : [{ tenant: id, role: role as TenantRole }]
  })
}

/** Ids of the tenants in which the user has one of the roles. */
export const tenantsWithRole = (user: PayloadRequest['user'], roles: readonly TenantRole[]): DocumentId[] =>
  membershipsOf(user).flatMap(({ tenant, role }) => (roles.includes(role) ? [tenant] : []))
