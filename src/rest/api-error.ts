const API_ERROR = Symbol.for('patchbay.api-error')

/** A refusal that a client of our own endpoints sees: `{ error, code, ...details }` with its HTTP status. */
export class ApiError extends Error {
  readonly [API_ERROR] = true
  readonly status: number
  readonly code: string
  readonly details: Record<string, unknown>

  /** @param options.message a sentence for a person that says what to do next; `code` is stable snake_case */
  constructor({
    status,
    code,
    message,
    details = {},
  }: { status: number; code: string; message: string; details?: Record<string, unknown> }) {
    super(message)
    this.name = 'ApiError'
    this.status = status
    this.code = code
    this.details = details
  }
}

export const isApiError = (error: unknown): error is ApiError =>
  typeof error === 'object' && error !== null && (error as Record<symbol, unknown>)[API_ERROR] === true

export const unauthenticated = (): ApiError =>
  new ApiError({
    status: 401,
    code: 'unauthenticated',
    message: 'Sign in, or send an API key in the Authorization header.',
  })

/** The same answer for what does not exist and for what belongs to another tenant. */
export const notFound = (): ApiError =>
  new ApiError({ status: 404, code: 'not_found', message: 'There is nothing here, or it is not yours.' })
