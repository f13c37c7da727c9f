import { accessOr, inTenantsWithRole } from '../../../access/index.ts'
import { selfOrPlatformAdmin } from './self-or-platform-admin.ts'

/** Oneself; the members of the workspaces that one owns; everybody for platform admins. */
export const readUsers = accessOr(
  selfOrPlatformAdmin,
  inTenantsWithRole({ roles: ['owner'], path: 'memberships.tenant' }),
)
