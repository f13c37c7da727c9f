import type { ErrorRequestHandler } from 'express'

type AnswerFailuresOptions = {
  /** Told of every failure of ours. */
  onError(error: unknown): void
}

/**
 * Answers for what no handler answered for: 500, or 400 for a request that cannot be read, and nothing of the inside.
 * Express would show the error with its stack, and with whatever an address or a body brought along.
 */
export const answerFailures =
  ({ onError }: AnswerFailuresOptions): ErrorRequestHandler =>
  (error, _request, response, next) => {
    const isTheirs = isClientError(error)
    if (!isTheirs) onError(error)
    // Too late for an answer: Express ends the connection.
    if (response.headersSent) return next(error)
    response
      .status(isTheirs ? 400 : 500)
      .set('Cache-Control', 'no-store')
      .json(
        isTheirs
          ? { error: 'This request is not of a form that can be read.', code: 'bad_request' }
          : { error: 'Something went wrong on our side. Try again.', code: 'internal_error' },
      )
  }

/** What Express itself refuses, such as an address that cannot be decoded. */
const isClientError = (error: unknown): boolean => {
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined
  return typeof status === 'number' && status >= 400 && status < 500
}
