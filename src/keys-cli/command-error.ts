const COMMAND_ERROR = Symbol.for('patchbay.keys-command-error')

/** The exit codes of `npm run keys`. */
export const EXIT = { fine: 0, problems: 1, usage: 2 } as const

/** Why a command could not be done: a sentence for the person who gave it, without any secret, and the exit code. */
export class CommandError extends Error {
  readonly [COMMAND_ERROR] = true
  override name = 'CommandError'
  readonly exitCode: number

  constructor(message: string, exitCode: number = EXIT.problems) {
    super(message)
    this.exitCode = exitCode
  }
}

/** For what was typed wrong. */
export const usageError = (message: string): CommandError => new CommandError(message, EXIT.usage)

export const isCommandError = (error: unknown): error is CommandError =>
  typeof error === 'object' && error !== null && (error as Record<symbol, unknown>)[COMMAND_ERROR] === true
