import type { PayloadRequest } from 'payload'
import { TENANTS } from '../collections/slugs.ts'
import { ApiError, notFound, unauthenticated } from '../rest/api-error.ts'
import { isPerson, isPlatformAdmin, membershipsOf } from './membership.ts'
import type { DocumentId, TenantRole } from './membership.ts'

export type ResolvedTenant = { id: DocumentId; role: TenantRole | 'platform-admin' }

/**
 * The tenant that a request of our own endpoints is about: the session's only one, else the one that `X-Tenant`
 * (id or slug) names, checked against membership. A platform admin may name any.
 * @throws ApiError 401 `unauthenticated`; 400 `tenant_required` for a member of several without the header;
 *   403 `no_tenant` for a member of none; 404 for one that is not theirs or does not exist
 */
export async function resolveTenant(req: PayloadRequest): Promise<ResolvedTenant> {
  if (!isPerson(req.user)) throw unauthenticated()
  const memberships = membershipsOf(req.user)
  const named = req.headers.get('x-tenant')?.trim()

  if (!named) {
    const [only, ...others] = memberships
    if (only && others.length === 0) return { id: only.tenant, role: only.role }
    if (!only && !isPlatformAdmin(req.user)) {
      throw new ApiError({ status: 403, code: 'no_tenant', message: 'You belong to no workspace yet. Ask an owner to add you.' })
    }
    throw new ApiError({ status: 400, code: 'tenant_required', message: 'Say which workspace you mean: send its id or slug in the X-Tenant header.' })
  }

  const { docs } = await req.payload.find({
    collection: TENANTS,
    // The header names it, the memberships below decide; access control of the collection would hide the reason.
    overrideAccess: true,
    where: { or: [{ slug: { equals: named } }, ...(isDocumentId(named) ? [{ id: { equals: named } }] : [])] },
    depth: 0,
    limit: 1,
    req,
  })
  const tenant = docs[0]
  if (!tenant) throw notFound()
  const membership = memberships.find(({ tenant: id }) => String(id) === String(tenant.id))
  if (membership) return { id: tenant.id, role: membership.role }
  if (isPlatformAdmin(req.user)) return { id: tenant.id, role: 'platform-admin' }
  throw notFound()
}

/** SQLite's numbers and MongoDB's ObjectIDs; any other text cannot be an id, and MongoDB refuses to compare it with one. */
const isDocumentId = (text: string): boolean => /^(\d+|[0-9a-f]{24})$/.test(text)
