import { APIError } from 'payload'
import type { CollectionBeforeDeleteHook } from 'payload'

/** Holds also for the server's own code. A tenant's log goes with its tenant, in one statement, without Payload's hooks. */
export const refuseDeletion: CollectionBeforeDeleteHook = () => {
  throw new APIError('An audit event cannot be deleted.', 409, undefined, true)
}
