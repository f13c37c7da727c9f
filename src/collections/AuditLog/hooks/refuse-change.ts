import { APIError } from 'payload'
import type { CollectionBeforeChangeHook } from 'payload'

/** Holds also for the server's own code, which access control does not ask: entries are chained, and written by the chain's writer alone. */
export const refuseChange: CollectionBeforeChangeHook = ({ operation }) => {
  const message =
    operation === 'create' ? 'An audit event is written by the server alone.' : 'An audit event cannot be changed.'
  throw new APIError(message, 409, undefined, true)
}
