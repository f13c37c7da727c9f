const START_ERROR = Symbol.for('patchbay.start-error')

/** A reason why the server cannot start, as one sentence to print before exiting with code 1. */
export class StartError extends Error {
  readonly [START_ERROR] = true
  override name = 'StartError'
}

export const isStartError = (error: unknown): error is StartError =>
  typeof error === 'object' && error !== null && (error as Record<symbol, unknown>)[START_ERROR] === true
