import type { FieldHook } from 'payload'

/** Lets the server's own code name a document by its id as text, whatever the database uses. */
export const toDatabaseId: FieldHook = ({ value, req }) =>
  typeof value === 'string' && req.payload.db.defaultIDType === 'number' && /^\d{1,15}$/.test(value)
    ? Number(value)
    : value
