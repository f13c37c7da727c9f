import type { PayloadRequest } from 'payload'
import { TENANTS } from '../collections/slugs.ts'
import { isPerson, isPlatformAdmin, isSameId, membershipsOf } from './membership.ts'
import type { DocumentId, TenantRole } from './membership.ts'

export type ResolvedTenant = { id: DocumentId; role: TenantRole | 'platform-admin' }

/** The admin panel's tenant selector keeps the chosen tenant's id here. */
const SELECTED_TENANT = /(?:^|;\s*)payload-tenant=([^;]+)/

/**
 * The tenant that a request is about: the one that `X-Tenant` (id or slug) names, else the user's only one, else the
 * one chosen in the admin panel. Always one of the user's own; a platform admin may name any in the header.
 * @returns `denied` for a header that names a tenant that is not theirs or does not exist, and for everybody who is
 *   not signed in as a person; `unspecified` for somebody of several tenants, or of none, who names none
 */
export async function tenantOfRequest(req: PayloadRequest): Promise<ResolvedTenant | 'denied' | 'unspecified'> {
  if (!isPerson(req.user)) return 'denied'
  const named = req.headers.get('x-tenant')?.trim()
  if (named) return findNamedTenant({ req, named })

  const memberships = membershipsOf(req.user)
  const [only, ...others] = memberships
  const selected = SELECTED_TENANT.exec(req.headers.get('cookie') ?? '')?.[1]
  const membership = only && others.length === 0 ? only : memberships.find(({ tenant }) => isSameId(tenant, selected))
  return membership ? { id: membership.tenant, role: membership.role } : 'unspecified'
}

async function findNamedTenant({
  req,
  named,
}: {
  req: PayloadRequest
  named: string
}): Promise<ResolvedTenant | 'denied'> {
  const { docs } = await req.payload.find({
    collection: TENANTS,
    // The header names it and the memberships below decide; the collection's own access could ask for this again.
    overrideAccess: true,
    where: {
      or: [{ slug: { equals: named } }, ...(isDocumentId({ req, text: named }) ? [{ id: { equals: named } }] : [])],
    },
    depth: 0,
    pagination: false,
  })
  const memberships = membershipsOf(req.user)
  for (const { id } of docs) {
    const membership = memberships.find(({ tenant }) => isSameId(tenant, id))
    if (membership) return { id, role: membership.role }
  }
  const [tenant] = docs
  return tenant && isPlatformAdmin(req.user) ? { id: tenant.id, role: 'platform-admin' } : 'denied'
}

/** Text that cannot be an id of this database is not compared with one: MongoDB would refuse. */
const isDocumentId = ({ req, text }: { req: PayloadRequest; text: string }): boolean =>
  (req.payload.db.defaultIDType === 'number' ? /^\d{1,15}$/ : /^[0-9a-f]{24}$/).test(text)
