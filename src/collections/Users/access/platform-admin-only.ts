import type { PayloadRequest } from 'payload'
import { isPlatformAdmin } from '../../../access/index.ts'

/** Platform admins and nobody else. */
export const platformAdminOnly = ({ req }: { req: PayloadRequest }): boolean => isPlatformAdmin(req.user)
