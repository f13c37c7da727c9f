import { parseArgs } from 'node:util'
import { usageError } from './command-error.ts'

export const COMMANDS = ['rotate', 'verify', 'import', 'doctor'] as const
export type CommandName = (typeof COMMANDS)[number]

type OptionConfig = { type: 'boolean' | 'string'; multiple?: boolean; short?: string }

const SHARED: Record<string, OptionConfig> = { help: { type: 'boolean', short: 'h' }, json: { type: 'boolean' } }

/** What each command takes besides `--help` and `--json`. */
const OPTIONS: Record<CommandName, Record<string, OptionConfig>> = {
  rotate: { 'dry-run': { type: 'boolean' }, force: { type: 'boolean' }, 'drop-retired': { type: 'boolean' } },
  verify: { mark: { type: 'boolean' } },
  import: {
    plaintext: { type: 'string' },
    fernet: { type: 'string' },
    'secret-env': { type: 'string' },
    'secret-file': { type: 'string' },
    iterations: { type: 'string' },
    salt: { type: 'string' },
    'salt-file': { type: 'string' },
    check: { type: 'boolean' },
    replace: { type: 'boolean' },
    shred: { type: 'boolean' },
    'dry-run': { type: 'boolean' },
  },
  doctor: { log: { type: 'string', multiple: true } },
}

/** What was given: flags by name, texts by name in their order. */
export type Arguments = {
  /** Undefined where no command was named, which only `--help` may. */
  command?: CommandName
  flags: ReadonlySet<string>
  texts: ReadonlyMap<string, readonly string[]>
}

/**
 * Reads a command line strictly: one command, known options, each of those that take one value once.
 * @throws CommandError exit code 2, naming options and never a value: somebody may have typed a secret
 */
export function parseArguments(argv: readonly string[]): Arguments {
  const [first, ...rest] = argv
  const isNamed = first !== undefined && !first.startsWith('-')
  const command = isNamed ? COMMANDS.find((name) => name === first) : undefined
  if (isNamed && !command) throw usageError(`There is no such command. Known are: ${COMMANDS.join(', ')}.`)
  const options = { ...SHARED, ...(command ? OPTIONS[command] : {}) }
  const { tokens } = parseArgs({ args: isNamed ? rest : [...argv], options, strict: false, tokens: true })

  const flags = new Set<string>()
  const texts = new Map<string, string[]>()
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue
    if (token.kind === 'positional') throw usageError(`${command ?? 'keys'} takes options alone; see --help.`)
    const option = options[token.name]
    const name = `--${token.name}`
    if (!option || token.rawName !== (token.rawName.startsWith('--') ? name : `-${option.short}`)) {
      throw usageError(`There is no option ${nameOnly(token.rawName)}; see ${command ? `${command} ` : ''}--help.`)
    }
    if (option.type === 'boolean') {
      if (token.value !== undefined) throw usageError(`${name} takes no value.`)
      flags.add(token.name)
      continue
    }
    if (!token.value || (token.value.startsWith('-') && token.value !== '-' && !token.inlineValue)) {
      throw usageError(`${name} needs a value.`)
    }
    const present = texts.get(token.name) ?? []
    if (present.length > 0 && !option.multiple) throw usageError(`${name} can be given once.`)
    texts.set(token.name, [...present, token.value])
  }
  if (!command && !flags.has('help')) throw usageError(`Name a command: ${COMMANDS.join(', ')}; see --help.`)
  return { command, flags, texts }
}

/** An option as it was typed, cut to what can be one. */
const nameOnly = (text: string): string => /^-{1,2}[a-z][a-z-]{0,30}/i.exec(text)?.[0] ?? 'of that name'
