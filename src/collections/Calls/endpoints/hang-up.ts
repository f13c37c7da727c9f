import { resolveTenant } from '../../../access/index.ts'
import { defineEndpoint } from '../../../rest/define-endpoint.ts'
import { findCall, requireLive, requireRole } from './find-call.ts'

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
    const call = await findCall({ req, tenant })
    requireRole(tenant, 'end its calls')
    await requireLive(call, tenant).end('operator-hangup')
    const { id, status, endedReason } = await findCall({ req, tenant })
    return { call: { id, status, endedReason } }
  },
})
