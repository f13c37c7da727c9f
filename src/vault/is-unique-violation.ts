/**
 * Whether a write through `payload.db` broke a unique index. Both database adapters turn that, and nothing else, into
 * Payload's ValidationError, status 400; the path that it names differs between them. Mongoose has an error of the same
 * name for documents that do not fit their schema, without a status.
 */
export const isUniqueViolation = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'name' in error &&
  error.name === 'ValidationError' &&
  'status' in error &&
  error.status === 400
