import type { Readable } from 'node:stream'
import { isEnvironmentError } from '../env/environment-error.ts'
import { scrubLine } from '../log/scrub-line.ts'
import { isVaultError } from '../vault/vault-error.ts'
import type { CommandContext, CommandResult } from './command.ts'
import { EXIT, isCommandError } from './command-error.ts'
import { helpOf } from './help.ts'
import { painter, renderLines, summarise, wrap } from './output/page.ts'
import type { PageStyle } from './output/page.ts'
import { createProgress } from './output/progress.ts'
import type { Progress } from './output/progress.ts'
import { parseArguments } from './parse-arguments.ts'
import type { Arguments } from './parse-arguments.ts'
import { prepareCommand } from './prepare-command.ts'

/** Where a command writes to. */
export type Output = { write(text: string): Promise<void>; isTTY: boolean; columns?: number }

export type RunOptions = {
  argv: readonly string[]
  /** The process's variables. */
  env: Readonly<Record<string, string | undefined>>
  /** Where `data/` and a relative database path lie. */
  dataDirectory: string
  /** What relative paths in arguments are taken from: where the person stands. */
  directory: string
  stdin: Readable
  stdout: Output
  stderr: Output
  signal: AbortSignal
}

/** A page is read, not stretched. */
const MAX_COLUMNS = 100

/**
 * Runs one command of `npm run keys` from its arguments to its exit code. Never throws, and prints no secret.
 * @returns 0 everything is fine, 1 there are problems, 2 wrong usage
 */
export async function runKeys(options: RunOptions): Promise<number> {
  const { stdout, stderr, env, signal } = options
  const isJson = options.argv.includes('--json')
  const style: PageStyle = {
    columns: Math.min(MAX_COLUMNS, stdout.columns ?? 80),
    hasColour: stdout.isTTY && !env.NO_COLOR && env.TERM !== 'dumb',
  }
  const progress = createProgress({
    write: (text) => void stderr.write(text),
    isTTY: stderr.isTTY,
    columns: stderr.columns ?? 80,
    isQuiet: isJson && !stderr.isTTY,
  })
  try {
    const given = parseArguments(options.argv)
    if (given.flags.has('help') || !given.command) {
      await stdout.write(helpOf(given.command))
      return EXIT.fine
    }
    const { isFine, report, page } = await runCommand({ ...options, given, progress })
    progress.end()
    if (isJson) await stdout.write(`${JSON.stringify(report, null, 2)}\n`)
    else {
      const title = painter(style)('title', `Patchbay keys: ${given.command}`)
      await stdout.write(`\n${title}\n\n${renderLines(page, style)}\n\n${summarise(page, style)}\n`)
    }
    return isFine ? EXIT.fine : EXIT.problems
  } catch (error) {
    progress.end()
    const isStopped = signal.aborted && !isCommandError(error)
    const message = isStopped ? 'Stopped. Nothing is half done: run the same command again.' : sentenceOf(error)
    await stderr.write(`${isJson ? message : wrap(message, style.columns).join('\n')}\n`)
    return isCommandError(error) ? error.exitCode : EXIT.problems
  }
}

async function runCommand(options: RunOptions & { given: Arguments; progress: Progress }): Promise<CommandResult> {
  const { env, dataDirectory, given, progress, signal } = options
  // What is wrong with the arguments and their files is told before anything is opened.
  const command = await prepareCommand(options)
  progress.update({ label: 'Opening the database', done: 0, total: 0 })
  const { openDatabase } = await import('./open-database.ts')
  const { payload, environment, close } = await openDatabase({
    env,
    cwd: dataDirectory,
    isKeyNeeded: given.command !== 'doctor',
  })
  try {
    const context: CommandContext = { payload, environment, progress, signal }
    return await command(context)
  } finally {
    await close()
  }
}

/** Ours are sentences already. Of any other error the message is told as the log would, without secrets. */
function sentenceOf(error: unknown): string {
  if (isCommandError(error) || isEnvironmentError(error) || isVaultError(error)) return error.message
  const { name, code, message } = error as { name?: unknown; code?: unknown; message?: unknown }
  const text = scrubLine(JSON.stringify(`${String(message ?? error)}`)).slice(1, -1)
  // The values of a refused query, and whatever follows the first line.
  const [line = ''] = text.split(/\\n|params:/)
  return `This did not work: ${line.slice(0, 300)} (${String(code ?? name ?? 'unknown error')}).`
}
