import type { PayloadRequest } from 'payload'
import { USERS } from '../collections/slugs.ts'

export const TENANT_ROLES = ['owner', 'editor', 'viewer'] as const
export type TenantRole = (typeof TENANT_ROLES)[number]
/** A number on SQLite, a string on MongoDB. */
export type DocumentId = number | string
export type Membership = { tenant: DocumentId; role: TenantRole }

type SessionUser = {
  id?: DocumentId
  collection?: string
  role?: string | null
  memberships?: { tenant?: DocumentId | { id: DocumentId } | null; role?: string | null }[] | null
}

/** The signed-in person, if it is one of the users collection; any other auth collection counts as nobody. */
function personOf(user: PayloadRequest['user']): SessionUser | undefined {
  const person = user as SessionUser | null
  return person?.collection === USERS ? person : undefined
}

/** Whether somebody of the users collection is signed in, by cookie, token or API key. */
export const isPerson = (user: PayloadRequest['user']): boolean => personOf(user) !== undefined

/** The id of the signed-in person; undefined for everybody else. */
export const personIdOf = (user: PayloadRequest['user']): DocumentId | undefined => personOf(user)?.id

/** Whether the signed-in person runs the platform. */
export const isPlatformAdmin = (user: PayloadRequest['user']): boolean => personOf(user)?.role === 'admin'

/** The id behind a relationship's value, populated or not. */
export function idOf(value: unknown): DocumentId | undefined {
  const id: unknown = typeof value === 'object' && value !== null && 'id' in value ? value.id : value
  return typeof id === 'number' || (typeof id === 'string' && id !== '') ? id : undefined
}

/** Whether two ids name the same document; forms and URLs give numbers as text. */
export const isSameId = (one: DocumentId | undefined, other: DocumentId | undefined): boolean =>
  one !== undefined && other !== undefined && String(one) === String(other)

/** Whether a plain id, as clients send it, is one of the tenants. Anything but a plain id is not. */
export const isTenantWithin = (value: unknown, tenants: readonly DocumentId[]): boolean =>
  (typeof value === 'number' || typeof value === 'string') && tenants.some((tenant) => isSameId(tenant, value))

/** The tenants that a user belongs to, with the role in each. */
export function membershipsOf(user: PayloadRequest['user']): Membership[] {
  return (personOf(user)?.memberships ?? []).flatMap(({ tenant, role }) => {
    const id = idOf(tenant)
    const isRole = TENANT_ROLES.includes(role as TenantRole)
    return id === undefined || !isRole ? [] : [{ tenant: id, role: role as TenantRole }]
  })
}

/** Ids of the tenants in which the user has one of the roles. */
export const tenantsWithRole = (user: PayloadRequest['user'], roles: readonly TenantRole[]): DocumentId[] =>
  membershipsOf(user).flatMap(({ tenant, role }) => (roles.includes(role) ? [tenant] : []))

/** Whether the user has one of the roles in that tenant. */
export const hasTenantRole = (
  user: PayloadRequest['user'],
  { tenant, roles }: { tenant: unknown; roles: readonly TenantRole[] },
): boolean => tenantsWithRole(user, roles).some((id) => isSameId(id, idOf(tenant)))
