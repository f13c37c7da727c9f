import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { MongoClient } from 'mongodb'

/**
 * Asks the database for a sign of life before anything is built on it. Makes the folder of an embedded one.
 * @throws Error with one sentence that names the place, without user or password
 */
export async function checkDatabase({ databaseUri }: { databaseUri: string }): Promise<void> {
  if (databaseUri.startsWith('file:')) {
    const file = databaseUri.slice('file:'.length)
    try {
      mkdirSync(path.dirname(file), { recursive: true })
    } catch (error) {
      throw new Error(`The folder of the database, ${path.dirname(file)}, cannot be made (${codeOf(error)}). Set DATABASE_URI to a place that can be written to.`)
    }
    return
  }
  const client = new MongoClient(databaseUri, { serverSelectionTimeoutMS: 5_000 })
  try {
    await client.connect()
    await client.db().command({ ping: 1 })
  } catch (error) {
    throw new Error(`The database at ${hostsOf(databaseUri)} does not answer (${codeOf(error)}). Start it, or correct DATABASE_URI.`)
  } finally {
    await client.close()
  }
}

/** Host and port alone: the rest of a connection string may hold a password. */
const hostsOf = (uri: string): string => uri.replace(/^mongodb(\+srv)?:\/\//, '').replace(/[/?].*$/, '').replace(/^.*@/, '')

const codeOf = (error: unknown): string => {
  const { code, codeName, name } = error as { code?: unknown; codeName?: unknown; name?: unknown }
  return String(codeName ?? code ?? name)
}
