import { randomUUID } from 'node:crypto'
import type { FieldHook } from 'payload'

/** Every call has a random id, which outsiders may know without learning how many calls there are. */
export const fillPublicId: FieldHook = ({ operation, value }) =>
  operation === 'create' && !value ? randomUUID() : value
