import type { PayloadRequest } from 'payload'
import { resolveTenant } from '../../../access/index.ts'
import type { DocumentId, ResolvedTenant } from '../../../access/index.ts'
import { ApiError, notFound } from '../../../rest/api-error.ts'
import { getRuntime } from '../../../server/runtime.ts'
import type { LiveCall } from '../../../server/runtime.ts'
import { CALLS } from '../../slugs.ts'

export type StoredCall = { id: DocumentId; publicId?: string | null; status: string; endedReason?: string | null }

/** A call of the request's workspace. @throws ApiError 404 */
export async function findCall({ req, tenant }: { req: PayloadRequest; tenant: ResolvedTenant }): Promise<StoredCall> {
  const id = req.routeParams?.id
  const { docs } = await req.payload.find({
    collection: CALLS,
    overrideAccess: false,
    req,
    where: { and: [{ id: { equals: id } }, { tenant: { equals: tenant.id } }] },
    select: { publicId: true, status: true, endedReason: true },
    depth: 0,
    limit: 1,
    pagination: false,
  })
  const [call] = docs as unknown as StoredCall[]
  if (!call) throw notFound()
  return call
}

/** The tenant of a request by somebody who may end and place its calls. @throws ApiError 401, 403 `forbidden`, 404 */
export async function requireCaller(req: PayloadRequest, what: string): Promise<ResolvedTenant> {
  const tenant = await resolveTenant(req)
  requireRole(tenant, what)
  return tenant
}

/** @throws ApiError 403 `forbidden` for who only reads */
export function requireRole(tenant: ResolvedTenant, what: string): void {
  if (tenant.role === 'owner' || tenant.role === 'editor') return
  throw new ApiError({
    status: 403,
    code: 'forbidden',
    message: `Only owners and editors of this workspace ${what}. Ask one of them.`,
  })
}

/** The call as this process holds it. @throws ApiError 409 `call_not_live` */
export function requireLive({ publicId }: StoredCall, tenant: ResolvedTenant): LiveCall {
  const live = publicId ? getRuntime().liveCalls.get(publicId) : undefined
  if (live && live.tenantId === String(tenant.id)) return live
  throw new ApiError({ status: 409, code: 'call_not_live', message: 'This call has already ended.' })
}
