import { VAULT_CANARY, VAULT_DATA_KEYS } from '../../collections/slugs.ts'
import { CANARY_CONTEXT, dataKeyContext } from '../wrap-contexts.ts'

/** A row that holds a wrap. */
export type WrappedRow = { id: number | string; wrapped: string; tenant?: string; keyId?: string }

export type WrappedPlace = {
  collection: string
  /** What the wrap in that row is bound to. */
  contextOf(row: WrappedRow): Buffer
}

/**
 * Every place where something lies under the key-encryption key, as `wrapped`: what a rotation replaces, in this order.
 * The canary comes last: until everything else is done, a start without the former key is refused by it. A test holds
 * this table against every collection and against a full database.
 */
export const WRAPPED_PLACES: readonly WrappedPlace[] = [
  {
    collection: VAULT_DATA_KEYS,
    contextOf: ({ tenant = '', keyId = '' }) => dataKeyContext({ tenant, keyId }),
  },
  { collection: VAULT_CANARY, contextOf: () => CANARY_CONTEXT },
]
