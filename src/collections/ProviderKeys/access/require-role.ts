import type { PayloadRequest } from 'payload'
import { resolveTenant } from '../../../access/index.ts'
import type { ResolvedTenant } from '../../../access/index.ts'
import { ApiError } from '../../../rest/api-error.ts'
import { namedProvider, noteRefusedAccess, notingRefusals } from './note-refused-access.ts'

/**
 * The tenant of a request by somebody who may see which keys are set: owners, editors and platform admins.
 * Whoever may not is noted in the audit log.
 * @throws ApiError as `resolveTenant` does; 403 `forbidden` for viewers
 */
export async function requireKeyReader(req: PayloadRequest): Promise<ResolvedTenant> {
  const tenant = await notingRefusals(req, () => resolveTenant(req))
  if (tenant.role === 'viewer') {
    noteRefusedAccess({ req, tenant: tenant.id, provider: namedProvider(req) })
    throw forbidden('Viewers do not see keys. Ask an owner of this workspace.')
  }
  return tenant
}

/**
 * The tenant of a request by somebody who may change keys: its owners alone. Whoever may not is noted in
 * the audit log.
 * @throws ApiError as `resolveTenant` does; 403 `forbidden` for everybody else, platform admins included
 */
export async function requireKeyOwner(req: PayloadRequest): Promise<ResolvedTenant> {
  const tenant = await notingRefusals(req, () => resolveTenant(req))
  if (tenant.role !== 'owner') {
    noteRefusedAccess({ req, tenant: tenant.id, provider: namedProvider(req) })
    throw forbidden('Only owners of this workspace test and change its keys. Ask one of them.')
  }
  return tenant
}

const forbidden = (message: string) => new ApiError({ status: 403, code: 'forbidden', message })
