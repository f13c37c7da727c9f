import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { EnvironmentError } from './environment-error.ts'
import { decodeKey, KEY_BYTES, MIN_SECRET_LENGTH } from './secret-rules.ts'

const keySchema = z.string().refine((text) => decodeKey(text) !== undefined)

const secretsSchema = z.looseObject({
  payloadSecret: z.string().min(MIN_SECRET_LENGTH),
  encryptionKey: keySchema,
  /** The next key while a rotation waits for all processes to know it. */
  encryptionKeyStaged: keySchema.optional(),
  /** Former keys, the latest first. */
  encryptionKeysRetired: z.array(keySchema).optional(),
})

/** The secrets of a local installation, as texts that the variables would hold. */
export type GeneratedSecrets = z.infer<typeof secretsSchema>

/** Where a local installation keeps its generated secrets. */
export const secretsFileIn = (cwd: string): string => join(cwd, 'data', 'secrets.json')

/**
 * Reads the secrets of a local installation, making the file on the first start. Processes that start at once agree:
 * one creates the file, all read it back. Only a rotation changes a file that exists.
 * @param file absolute path; made with mode 0600, its folder with 0700
 * @throws EnvironmentError when the file cannot be made, read or understood
 */
export function readOrCreateSecrets(file: string): GeneratedSecrets {
  const existing = readIfPresent(file)
  if (existing !== undefined) return parseSecrets(file, existing)
  createSecrets(file)
  const created = readIfPresent(file)
  if (created === undefined) throw unusable(file, 'vanished while it was being made.')
  return parseSecrets(file, created)
}

/** @throws EnvironmentError when the file is absent or cannot be read or understood */
export function readSecretsFile(file: string): GeneratedSecrets {
  const text = readIfPresent(file)
  if (text === undefined) throw unusable(file, 'is gone: restore it from a backup.')
  return parseSecrets(file, text)
}

function parseSecrets(file: string, text: string): GeneratedSecrets {
  const result = secretsSchema.safeParse(parseJson(text))
  if (result.success) return result.data
  throw unusable(
    file,
    'is damaged and was left as it is: restore it from a backup, or set PAYLOAD_SECRET and ENCRYPTION_KEY to the ' +
      'values it held; stored keys cannot be opened without them.',
  )
}

function readIfPresent(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw unusable(file, `cannot be read (${codeOf(error)}).`)
  }
}

/** Written whole beside its place and linked into it, so that no reader ever meets half a file. */
function createSecrets(file: string): void {
  const secrets: GeneratedSecrets = {
    payloadSecret: randomBytes(KEY_BYTES).toString('base64'),
    encryptionKey: randomBytes(KEY_BYTES).toString('base64'),
  }
  const content = `${JSON.stringify(secrets, null, 2)}\n`
  const scratch = `${file}.${process.pid}.${randomBytes(6).toString('hex')}`
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    writeExclusive(scratch, content)
    try {
      linkSync(scratch, file)
    } catch (error) {
      // File systems without hard links: exclusive creation still lets only one process win.
      if (codeOf(error) !== 'EEXIST') writeExclusive(file, content)
    } finally {
      rmSync(scratch, { force: true })
    }
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') {
      throw unusable(
        file,
        `cannot be made (${codeOf(error)}): make its folder writable, or set PAYLOAD_SECRET and ENCRYPTION_KEY.`,
      )
    }
  }
}

/** Writes a new file for the owner alone, down to the disk. */
export function writeExclusive(file: string, content: string): void {
  const descriptor = openSync(file, 'wx', 0o600)
  try {
    writeSync(descriptor, content)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What the system calls a failure. */
export const codeOf = (error: unknown): string => String((error as NodeJS.ErrnoException)?.code ?? 'unknown error')

const unusable = (file: string, fault: string) =>
  new EnvironmentError({ variable: file, message: `The secrets file ${file} ${fault}` })
