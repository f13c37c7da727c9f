import { z } from 'zod'

/** Further away than any key lives. */
const FARTHEST_MS = 20 * 365 * 86_400_000

/**
 * When its owner says that a key ends, in a body: an ISO 8601 moment or day (its end, UTC) in the future, or null for
 * never. Reads as an ISO moment.
 */
export const expiresAtSchema = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()], 'must be a date such as 2027-01-31 or null')
  .transform((text) => new Date(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T23:59:59.999Z` : text).toISOString())
  .refine((end) => Date.parse(end) > Date.now(), 'must lie in the future')
  .refine((end) => Date.parse(end) < Date.now() + FARTHEST_MS, 'must lie within twenty years')
  .nullable()
