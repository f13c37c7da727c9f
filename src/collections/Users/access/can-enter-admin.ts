import type { PayloadRequest } from 'payload'
import { isPlatformAdmin, membershipsOf } from '../../../access/index.ts'

/** Who belongs to a workspace or runs the platform may open the admin panel. */
export const canEnterAdmin = ({ req }: { req: PayloadRequest }): boolean =>
  isPlatformAdmin(req.user) || membershipsOf(req.user).length > 0
