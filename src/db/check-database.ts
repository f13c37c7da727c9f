import { accessSync, closeSync, constants, mkdirSync, openSync, readSync, statSync } from 'node:fs'
import path from 'node:path'
import { MongoClient } from 'mongodb'

/** A server that is there answers within milliseconds; this leaves room for the election of a primary. */
const MONGO_TIMEOUT_MS = 4_000
const SQLITE_HEADER = 'SQLite format 3\0'

/**
 * Asks the database for a sign of life before anything is built on it. Makes the folder of an embedded one.
 * @throws Error with a sentence or two that name the place, without user or password
 */
export async function checkDatabase({ databaseUri }: { databaseUri: string }): Promise<void> {
  if (databaseUri.startsWith('file:')) checkFile(fileOfDatabase(databaseUri))
  else await askServer(databaseUri)
}

/** The path of an embedded database; undefined for one in memory. The driver reads a `file:` URI percent-decoded. */
export function fileOfDatabase(databaseUri: string): string | undefined {
  const [, name = ''] = /^file:(?:\/\/(?=\/))?([^?#]*)/.exec(databaseUri) ?? []
  return name.startsWith(':memory:') ? undefined : decodeURIComponent(name)
}

function checkFile(file: string | undefined): void {
  if (file === undefined) return
  const elsewhere = 'Set DATABASE_URI to a place that can be written to.'
  const folder = path.dirname(file)
  try {
    mkdirSync(folder, { recursive: true })
    accessSync(folder, constants.W_OK)
  } catch (error) {
    throw new Error(
      `The folder of the database, ${folder}, cannot be made or written to (${codeOf(error)}). ${elsewhere}`,
    )
  }
  const stats = statSync(file, { throwIfNoEntry: false })
  if (!stats || (stats.isFile() && stats.size === 0)) return
  let header: string | undefined
  try {
    accessSync(file, constants.R_OK | constants.W_OK)
    header = readHeader(file)
  } catch (error) {
    throw new Error(`The database ${file} cannot be read and written (${codeOf(error)}). ${elsewhere}`)
  }
  if (header !== SQLITE_HEADER) {
    throw new Error(
      `${file} is no SQLite database, and was left as it is. Correct DATABASE_URI, or move the file away.`,
    )
  }
}

function readHeader(file: string): string {
  const descriptor = openSync(file, 'r')
  try {
    const bytes = Buffer.alloc(SQLITE_HEADER.length)
    readSync(descriptor, bytes, 0, bytes.length, 0)
    return bytes.toString('latin1')
  } finally {
    closeSync(descriptor)
  }
}

async function askServer(uri: string): Promise<void> {
  let client: MongoClient | undefined
  try {
    client = new MongoClient(uri, { serverSelectionTimeoutMS: MONGO_TIMEOUT_MS })
    await client.connect()
    await client.db().command({ ping: 1 })
  } catch (error) {
    throw new Error(sentenceFor(error, hostsOf(uri)))
  } finally {
    await client?.close()
  }
}

/** The driver's own words are not repeated: of a connection string that it cannot read it quotes the whole. */
function sentenceFor(error: unknown, hosts: string | undefined): string {
  const place = hosts ? ` at ${hosts}` : ' that DATABASE_URI names'
  const code = codeOf(error)
  if (['MongoParseError', 'MongoInvalidArgumentError', 'MongoAPIError', 'ERR_INVALID_URL', 'URIError'].includes(code)) {
    return 'DATABASE_URI is no connection string that MongoDB understands. Special characters in its user and password must be percent-encoded.'
  }
  if (code === 'AuthenticationFailed' || code === 'Unauthorized') {
    return `The database${place} refuses the user and password of DATABASE_URI (${code}). Correct them.`
  }
  return `The database${place} does not answer (${code}). Start it, or correct DATABASE_URI.`
}

/** Hosts and ports alone, and only if they look like such: the rest of a connection string may hold a password. */
function hostsOf(uri: string): string | undefined {
  const [hosts = ''] = uri
    .replace(/^mongodb(\+srv)?:\/\//, '')
    .replace(/^.*@/s, '')
    .split(/[/?]/)
  return /^(?:[\w.-]+|\[[0-9a-f:]+\])(?::\d{1,5})?(?:,(?:[\w.-]+|\[[0-9a-f:]+\])(?::\d{1,5})?)*$/i.test(hosts)
    ? hosts
    : undefined
}

const codeOf = (error: unknown): string => {
  const { code, codeName, name } = error as { code?: unknown; codeName?: unknown; name?: unknown }
  return String(codeName ?? code ?? name)
}
