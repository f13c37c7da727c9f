import type { CommandContext, CommandResult } from './command.ts'
import type { Arguments } from './parse-arguments.ts'
import type { RunOptions } from './run-keys.ts'
import { verifyKeys } from './verify/verify-keys.ts'

export type PreparedCommand = (context: CommandContext) => Promise<CommandResult>

/**
 * Turns arguments into what there is to do, with what must be read for it.
 * @throws CommandError where arguments contradict each other or a file cannot be read
 */
export async function prepareCommand({ given }: RunOptions & { given: Arguments }): Promise<PreparedCommand> {
  const { flags } = given
  switch (given.command) {
    default:
      return (context) => verifyKeys({ ...context, mark: flags.has('mark') })
  }
}
