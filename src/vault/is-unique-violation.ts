/**
 * Whether a write through `payload.db` broke a unique index. Both database adapters turn that, and nothing else, into
 * a ValidationError; the path that it names differs between them.
 */
export const isUniqueViolation = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'name' in error && error.name === 'ValidationError'
