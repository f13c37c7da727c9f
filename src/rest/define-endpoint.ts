import type { Endpoint, PayloadRequest } from 'payload'
import type { z } from 'zod'
import { ApiError, isApiError } from './api-error.ts'

type DefineEndpointOptions = {
  path: string
  method: Endpoint['method']
  /** Answers with a Response, or with a value that becomes 200 JSON. */
  handler(req: PayloadRequest): Promise<unknown>
}

/** An endpoint of our own: what it throws as `ApiError` becomes the contract's JSON, anything else a 500 that says nothing of the inside. */
export const defineEndpoint = ({ path, method, handler }: DefineEndpointOptions): Endpoint => ({
  path,
  method,
  async handler(req) {
    try {
      const answer = await handler(req)
      return answer instanceof Response ? answer : json(200, answer)
    } catch (error) {
      if (isApiError(error)) return json(error.status, { error: error.message, code: error.code, ...error.details })
      req.payload.logger.error({ err: error, msg: `${method} ${path} failed` })
      return json(500, {
        error: 'Something went wrong on our side. Try again; if it stays, look at the server log.',
        code: 'internal_error',
      })
    }
  },
})

/** A JSON answer that no cache keeps. */
export const json = (status: number, body: unknown): Response =>
  Response.json(body, { status, headers: { 'Cache-Control': 'no-store' } })

/**
 * Reads a JSON body by its schema.
 * @throws ApiError 400 `invalid_json` or `invalid_input` with the fields that are wrong (names and reasons, never values)
 */
export async function readBody<Schema extends z.ZodType>(
  req: PayloadRequest,
  schema: Schema,
): Promise<z.infer<Schema>> {
  let body: unknown
  try {
    body = await req.json?.()
  } catch {
    throw new ApiError({ status: 400, code: 'invalid_json', message: 'The body is not valid JSON.' })
  }
  const parsed = schema.safeParse(body ?? {})
  if (parsed.success) return parsed.data
  const fields = parsed.error.issues.map(({ path, message }) => ({ field: path.join('.'), message }))
  const message = `Check these fields: ${fields.map(({ field, message: reason }) => `${field || 'body'} (${reason})`).join('; ')}.`
  throw new ApiError({ status: 400, code: 'invalid_input', message, details: { fields } })
}
