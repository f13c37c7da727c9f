import { APIError } from 'payload'
import type { CollectionBeforeChangeHook } from 'payload'

/** Holds also for the server's own code, which access control does not ask. */
export const refuseChange: CollectionBeforeChangeHook = ({ data, operation }) => {
  if (operation !== 'create') throw new APIError('An audit event cannot be changed.', 409, undefined, true)
  return data
}
