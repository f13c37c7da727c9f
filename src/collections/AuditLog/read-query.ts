import type { PayloadRequest } from 'payload'
import type { z } from 'zod'
import { ApiError } from '../../rest/api-error.ts'

/**
 * Reads the parameters of an address by their schema.
 * @throws ApiError 400 `invalid_input` with the parameters that are wrong
 */
export function readQuery<Schema extends z.ZodType>(req: PayloadRequest, schema: Schema): z.infer<Schema> {
  const parsed = schema.safeParse(Object.fromEntries(req.searchParams ?? []))
  if (parsed.success) return parsed.data
  const fields = parsed.error.issues.map(({ path, message }) => ({ field: path.join('.') || 'query', message }))
  const said = fields.map(({ field, message }) => `${field} (${message})`).join('; ')
  throw new ApiError({
    status: 400,
    code: 'invalid_input',
    message: `Check these parameters: ${said}.`,
    details: { fields },
  })
}
