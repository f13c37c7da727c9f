import type { CommandContext, CommandResult } from './command.ts'
import type { Arguments } from './parse-arguments.ts'
import type { RunOptions } from './run-keys.ts'

export type PreparedCommand = (context: CommandContext) => Promise<CommandResult>

/**
 * Turns arguments into what there is to do, with what must be read for it. Loads the command alone that was named.
 * @throws CommandError where arguments contradict each other or a file cannot be read
 */
export async function prepareCommand(options: RunOptions & { given: Arguments }): Promise<PreparedCommand> {
  const { command, flags, texts } = options.given
  switch (command) {
    case 'import': {
      const { prepareImport } = await import('./import/prepare-import.ts')
      const prepared = await prepareImport(options)
      const { runImport } = await import('./import/run-import.ts')
      return (context) => runImport({ ...context, ...prepared })
    }
    case 'rotate': {
      const { rotateKeys } = await import('./rotate/rotate-keys.ts')
      const chosen = {
        isDryRun: flags.has('dry-run'),
        force: flags.has('force'),
        dropRetired: flags.has('drop-retired'),
      }
      return (context) => rotateKeys({ ...context, ...chosen })
    }
    case 'doctor': {
      const { runDoctor } = await import('./doctor/run-doctor.ts')
      const { env, dataDirectory, directory, stdin } = options
      return (context) => runDoctor({ ...context, env, dataDirectory, directory, stdin, logs: texts.get('log') ?? [] })
    }
    default: {
      const { verifyKeys } = await import('./verify/verify-keys.ts')
      return (context) => verifyKeys({ ...context, mark: flags.has('mark') })
    }
  }
}
