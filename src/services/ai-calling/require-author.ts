import type { PayloadRequest } from 'payload'
import { resolveTenant } from '../../access/index.ts'
import type { ResolvedTenant } from '../../access/index.ts'
import { ApiError } from '../../rest/api-error.ts'

/**
 * The tenant of a request by somebody who writes its agents: owners and editors.
 * @throws ApiError as `resolveTenant` does; 403 `forbidden` for everybody else, because what is asked spends the
 *   workspace's key
 */
export async function requireAuthor(req: PayloadRequest): Promise<ResolvedTenant> {
  const tenant = await resolveTenant(req)
  if (tenant.role === 'owner' || tenant.role === 'editor') return tenant
  throw new ApiError({
    status: 403,
    code: 'forbidden',
    message: 'Only owners and editors of this workspace choose voices and models with its keys.',
  })
}
