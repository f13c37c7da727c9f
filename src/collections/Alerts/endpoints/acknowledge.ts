import type { PayloadRequest } from 'payload'
import { resolveTenant } from '../../../access/index.ts'
import type { DocumentId, ResolvedTenant } from '../../../access/index.ts'
import { appendAuditEvent } from '../../../audit/index.ts'
import { ApiError, notFound } from '../../../rest/api-error.ts'
import { defineEndpoint } from '../../../rest/define-endpoint.ts'
import { ALERTS } from '../../slugs.ts'

type StoredAlert = {
  id: DocumentId
  provider?: string | null
  acknowledgedAt?: string | null
  acknowledgedBy?: string | null
}

/**
 * `POST /api/alerts/:id/acknowledge`: an owner has seen it. Answers `{alert: {id, acknowledgedAt, acknowledgedBy}}`; of
 * several, the first one stands. 403 `forbidden` for editors, 404 for viewers and for
 * alerts of other workspaces.
 */
export const acknowledge = defineEndpoint({
  path: '/:id/acknowledge',
  method: 'post',
  async handler(req) {
    const { payload } = req
    const tenant = await resolveTenant(req)
    // To viewers there are no alerts.
    if (tenant.role === 'viewer') throw notFound()
    const { id, provider } = await findAlert({ req, tenant })
    if (tenant.role !== 'owner') {
      throw new ApiError({
        status: 403,
        code: 'forbidden',
        message: 'Only owners of this workspace acknowledge its alerts. Ask one of them.',
      })
    }
    const { email } = req.user as { email?: string }
    const isFirst: unknown = await payload.db.updateOne({
      collection: ALERTS,
      where: { and: [{ id: { equals: id } }, { acknowledgedAt: { exists: false } }] },
      data: { acknowledgedAt: new Date().toISOString(), acknowledgedBy: email ?? null },
    })
    if (isFirst) {
      await appendAuditEvent({
        payload,
        tenant: tenant.id,
        actor: req.user ?? 'system',
        action: 'alert.acknowledged',
        subject: { collection: ALERTS, id },
        result: 'ok',
        provider: provider ?? undefined,
      })
    }
    const { acknowledgedAt, acknowledgedBy } = await findAlert({ req, tenant })
    return { alert: { id, acknowledgedAt, acknowledgedBy } }
  },
})

async function findAlert({ req, tenant }: { req: PayloadRequest; tenant: ResolvedTenant }): Promise<StoredAlert> {
  const { docs } = await req.payload.find({
    collection: ALERTS,
    overrideAccess: false,
    req,
    where: { and: [{ id: { equals: req.routeParams?.id } }, { tenant: { equals: tenant.id } }] },
    select: { provider: true, acknowledgedAt: true, acknowledgedBy: true },
    depth: 0,
    limit: 1,
    pagination: false,
  })
  const [alert] = docs as unknown as StoredAlert[]
  if (!alert) throw notFound()
  return alert
}
