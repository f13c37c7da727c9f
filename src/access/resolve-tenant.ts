import type { PayloadRequest } from 'payload'
import { ApiError, notFound, unauthenticated } from '../rest/api-error.ts'
import { isPerson, isPlatformAdmin, membershipsOf } from './membership.ts'
import { tenantOfRequest } from './tenant-of-request.ts'
import type { ResolvedTenant } from './tenant-of-request.ts'

export type { ResolvedTenant } from './tenant-of-request.ts'

/**
 * The tenant that a request of our own endpoints is about: the session's only one, else the one that `X-Tenant`
 * (id or slug) names, checked against membership, else the one chosen in the admin panel. A platform admin may name any.
 * @throws ApiError 401 `unauthenticated`; 400 `tenant_required` for a member of several who names none;
 *   403 `no_tenant` for a member of none; 404 for one that is not theirs or does not exist
 */
export async function resolveTenant(req: PayloadRequest): Promise<ResolvedTenant> {
  if (!isPerson(req.user)) throw unauthenticated()
  const tenant = await tenantOfRequest(req)
  if (tenant === 'denied') throw notFound()
  if (tenant !== 'unspecified') return tenant
  if (membershipsOf(req.user).length === 0 && !isPlatformAdmin(req.user)) {
    throw new ApiError({
      status: 403,
      code: 'no_tenant',
      message: 'You belong to no workspace yet. Ask an owner to add you.',
    })
  }
  throw new ApiError({
    status: 400,
    code: 'tenant_required',
    message: 'Say which workspace you mean: send its id or slug in the X-Tenant header.',
  })
}
