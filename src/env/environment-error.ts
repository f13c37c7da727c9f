const MARKER = Symbol.for('patchbay.environment-error')

/**
 * A variable that is missing or cannot be used. The message is one sentence (or two, when a command helps) that
 * names the variable and never holds its value: print it and exit with code 1.
 */
export class EnvironmentError extends Error {
  readonly [MARKER] = true
  override name = 'EnvironmentError'
  readonly code = 'environment_invalid'
  /** The variable at fault, or the path of the generated secrets file. */
  readonly variable: string

  /** @param options.message must not contain the variable's value */
  constructor({ variable, message }: { variable: string; message: string }) {
    super(message)
    this.variable = variable
  }
}

/** Tells an `EnvironmentError` by its marker, whichever module graph made it. */
export const isEnvironmentError = (error: unknown): error is EnvironmentError =>
  typeof error === 'object' && error !== null && (error as Record<symbol, unknown>)[MARKER] === true
