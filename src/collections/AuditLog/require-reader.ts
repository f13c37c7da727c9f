import type { PayloadRequest } from 'payload'
import { resolveTenant } from '../../access/index.ts'
import type { ResolvedTenant } from '../../access/index.ts'
import { ApiError } from '../../rest/api-error.ts'

/**
 * The tenant of a request by somebody who may read its audit log: its owners, and platform admins.
 * @throws ApiError as `resolveTenant` does; 403 `forbidden` for editors and viewers
 */
export async function requireReader(req: PayloadRequest): Promise<ResolvedTenant> {
  const tenant = await resolveTenant(req)
  if (tenant.role === 'owner' || tenant.role === 'platform-admin') return tenant
  throw new ApiError({
    status: 403,
    code: 'forbidden',
    message: 'Only owners of this workspace read its audit log. Ask one of them.',
  })
}
