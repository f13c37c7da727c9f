import type { CommandContext, CommandResult } from './command.ts'
import type { Arguments } from './parse-arguments.ts'
import type { RunOptions } from './run-keys.ts'
import { runDoctor } from './doctor/run-doctor.ts'
import { prepareImport } from './import/prepare-import.ts'
import { runImport } from './import/run-import.ts'
import { rotateKeys } from './rotate/rotate-keys.ts'
import { verifyKeys } from './verify/verify-keys.ts'

export type PreparedCommand = (context: CommandContext) => Promise<CommandResult>

/**
 * Turns arguments into what there is to do, with what must be read for it.
 * @throws CommandError where arguments contradict each other or a file cannot be read
 */
export async function prepareCommand(options: RunOptions & { given: Arguments }): Promise<PreparedCommand> {
  const { command, flags, texts } = options.given
  switch (command) {
    case 'import': {
      const prepared = await prepareImport(options)
      return (context) => runImport({ ...context, ...prepared })
    }
    case 'rotate': {
      const chosen = {
        isDryRun: flags.has('dry-run'),
        force: flags.has('force'),
        dropRetired: flags.has('drop-retired'),
      }
      return (context) => rotateKeys({ ...context, ...chosen })
    }
    case 'doctor': {
      const { env, dataDirectory, directory, stdin } = options
      return (context) => runDoctor({ ...context, env, dataDirectory, directory, stdin, logs: texts.get('log') ?? [] })
    }
    default:
      return (context) => verifyKeys({ ...context, mark: flags.has('mark') })
  }
}
