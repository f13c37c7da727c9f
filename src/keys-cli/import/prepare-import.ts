import { readFileSync } from 'node:fs'
import path from 'node:path'
import { deriveFernetKey, parseFernetKey } from '../../vault/fernet.ts'
import { CommandError, usageError } from '../command-error.ts'
import type { Arguments } from '../parse-arguments.ts'
import type { ImportOptions } from './import-keys.ts'
import { readSource } from './read-source.ts'

/** What Python's `cryptography` documented for years. */
const DEFAULT_ITERATIONS = 480_000
const MAX_ITERATIONS = 10_000_000
const FERNET_OPTIONS = ['secret-env', 'secret-file', 'iterations', 'salt', 'salt-file']

export type PreparedImport = ImportOptions & {
  /** Absolute path of the file. */
  path: string
  /** The file as it was named. */
  name: string
  shred: boolean
}

type PrepareOptions = {
  given: Arguments
  env: Readonly<Record<string, string | undefined>>
  /** What relative paths are taken from. */
  directory: string
}

/**
 * Reads what an import needs: the file, and the keys that open it.
 * @throws CommandError where options contradict each other or a file cannot be read
 */
export async function prepareImport({ given, env, directory }: PrepareOptions): Promise<PreparedImport> {
  const { flags, texts } = given
  const text = (name: string) => texts.get(name)?.[0]
  const [plaintext, fernet] = [text('plaintext'), text('fernet')]
  if ((plaintext === undefined) === (fernet === undefined))
    throw usageError('Give either --plaintext or --fernet, and a file.')
  const stray = FERNET_OPTIONS.find((name) => plaintext !== undefined && texts.has(name))
  if (stray) throw usageError(`--${stray} belongs to --fernet.`)
  if (flags.has('shred') && flags.has('dry-run')) throw usageError('--shred and --dry-run exclude each other.')
  const name = plaintext ?? fernet ?? ''
  const file = path.resolve(directory, name)
  const keys = fernet === undefined ? undefined : await readKeys({ text, env, directory })
  return {
    path: file,
    name,
    source: readSource({ text: readFile(file).toString('utf8'), path: file }),
    ...(keys ? { keys } : {}),
    replace: flags.has('replace'),
    check: flags.has('check'),
    isDryRun: flags.has('dry-run'),
    shred: flags.has('shred'),
  }
}

type KeyOptions = Pick<PrepareOptions, 'env' | 'directory'> & { text(name: string): string | undefined }

/** The keys to try: the secret itself where it has the form of a Fernet key, and the one that it derives with the salt. */
async function readKeys({ text, env, directory }: KeyOptions): Promise<Buffer[]> {
  const secret = readSecret({ text, env, directory })
  const salt = readSalt({ text, directory })
  const own = parseFernetKey(secret)
  if (!own && !salt) {
    throw usageError(
      'The secret is no Fernet key: give the --salt (and --iterations) by which the older system made one of it.',
    )
  }
  const iterations = Number(text('iterations') ?? DEFAULT_ITERATIONS)
  if (!Number.isInteger(iterations) || iterations < 1 || iterations > MAX_ITERATIONS) {
    throw usageError(`--iterations must be a whole number from 1 to ${MAX_ITERATIONS}.`)
  }
  const derived = salt ? await deriveFernetKey({ secret, salt, iterations }) : undefined
  return [own, derived].filter((key) => key !== undefined)
}

function readSecret({ text, env, directory }: KeyOptions): string {
  const [name, file] = [text('secret-env'), text('secret-file')]
  if ((name === undefined) === (file === undefined)) {
    throw usageError('Give the secret by either --secret-env or --secret-file; it never belongs on the command line.')
  }
  if (name !== undefined && !/^[A-Za-z_]\w{0,63}$/.test(name))
    throw usageError('--secret-env takes the name of a variable.')
  const secret =
    name === undefined
      ? readFile(path.resolve(directory, file ?? ''))
          .toString('utf8')
          .trim()
      : env[name]?.trim()
  if (secret) return secret
  throw new CommandError(
    name === undefined ? 'The file of --secret-file is empty.' : 'The variable of --secret-env is not set.',
  )
}

function readSalt({ text, directory }: Omit<KeyOptions, 'env'>): Buffer | undefined {
  const [salt, file] = [text('salt'), text('salt-file')]
  if (salt !== undefined && file !== undefined) throw usageError('Give either --salt or --salt-file.')
  if (file !== undefined) return readFile(path.resolve(directory, file))
  if (salt === undefined) return undefined
  const [, encoding, body = ''] = /^(hex|base64):(.+)$/s.exec(salt) ?? []
  if (encoding === undefined) return Buffer.from(salt)
  const bytes = Buffer.from(body, encoding as 'hex' | 'base64')
  const isWhole = encoding === 'hex' ? bytes.toString('hex') === body.toLowerCase() : bytes.length > 0
  if (!isWhole) throw usageError(`What follows ${encoding}: in --salt is not ${encoding}.`)
  return bytes
}

function readFile(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    throw new CommandError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'}).`)
  }
}
