import type { PayloadRequest } from 'payload'
import { resolveTenant } from '../../../access/index.ts'
import type { DocumentId, ResolvedTenant } from '../../../access/index.ts'
import { ApiError, notFound } from '../../../rest/api-error.ts'
import { defineEndpoint } from '../../../rest/define-endpoint.ts'
import { getRuntime } from '../../../server/runtime.ts'
import { CALLS } from '../../slugs.ts'

type StoredCall = { id: DocumentId; publicId?: string | null; status: string; endedReason?: string | null }

/**
 * `POST /api/calls/:id/hangup`: ends a live call and answers when its record is closed, with
 * `{ call: { id, status, endedReason } }`. For owners and editors of the call's workspace: 403 `forbidden` for others in
 * it, 404 for calls of other workspaces, 409 `call_not_live` for a call that has ended.
 */
export const hangUp = defineEndpoint({
  path: '/:id/hangup',
  method: 'post',
  async handler(req) {
    const tenant = await resolveTenant(req)
    const { id, publicId } = await findCall({ req, tenant })
    if (tenant.role !== 'owner' && tenant.role !== 'editor') {
      throw new ApiError({
        status: 403,
        code: 'forbidden',
        message: 'Only owners and editors of this workspace end its calls. Ask one of them.',
      })
    }
    const live = publicId ? getRuntime().liveCalls.get(publicId) : undefined
    if (!live || live.tenantId !== String(tenant.id)) {
      throw new ApiError({ status: 409, code: 'call_not_live', message: 'This call has already ended.' })
    }
    await live.end('operator-hangup')
    const { status, endedReason } = await findCall({ req, tenant })
    return { call: { id, status, endedReason } }
  },
})

async function findCall({ req, tenant }: { req: PayloadRequest; tenant: ResolvedTenant }): Promise<StoredCall> {
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
