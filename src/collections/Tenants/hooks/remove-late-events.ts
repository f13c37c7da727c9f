import type { CollectionAfterDeleteHook } from 'payload'
import { removeAuditLog } from '../../../audit/index.ts'

/** What was still being noted while the tenant went. */
export const removeLateEvents: CollectionAfterDeleteHook = ({ id, req: { payload } }) =>
  removeAuditLog({ payload, tenant: id })
