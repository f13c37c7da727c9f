import { randomUUID } from 'node:crypto'
import type { FieldHook } from 'payload'

/** A call that no carrier knows yet, or ever, still needs a value that is unique: MongoDB takes two absent ones for equal. */
export const fillCarrierCallId: FieldHook = ({ operation, value }) =>
  operation === 'create' && !value ? `none-${randomUUID()}` : value
