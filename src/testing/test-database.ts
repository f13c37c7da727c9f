import { randomUUID } from 'node:crypto'
import { copyFileSync } from 'node:fs'
import path from 'node:path'
import { MongoClient } from 'mongodb'
import type { Payload } from 'payload'

/** The database of one test server. */
export type TestDatabase = {
  /** For `DATABASE_URI`. */
  uri: string
  /** Removes it from its server; an embedded one goes with its folder. */
  drop(): Promise<void>
}

/**
 * An empty database of its own, of the kind that the Jest project names: `integration` runs on SQLite, `mongodb` on the
 * server of `MONGODB_TEST_URI`.
 * @param options.directory where an embedded one is put
 */
export function createTestDatabase({ directory }: { directory: string }): TestDatabase {
  const { TEST_MONGODB_URI: server } = globalThis as { TEST_MONGODB_URI?: string }
  return server ? onMongo(server) : copyTemplate(directory)
}

/** Whether a suite runs on MongoDB, for the few that look into the database itself. */
export const isMongo = ({ db }: Pick<Payload, 'db'>): boolean => db.name === 'mongoose'

/** Every document of a database on MongoDB, as JSON, for suites that look for what must not be there. */
export async function dumpMongo(uri: string): Promise<string> {
  const client = new MongoClient(uri)
  try {
    const collections = await client.db().collections()
    return JSON.stringify(await Promise.all(collections.map((collection) => collection.find().toArray())))
  } finally {
    await client.close()
  }
}

/** An id that no document has, of the shape that the database expects. */
export const unusedId = ({ db }: Pick<Payload, 'db'>): number | string =>
  db.defaultIDType === 'number' ? 999_999 : 'f'.repeat(24)

function onMongo(server: string): TestDatabase {
  const uri = withDatabaseName(server, `patchbay-test-${randomUUID()}`)
  return {
    uri,
    async drop() {
      const client = new MongoClient(uri)
      try {
        await client.db().dropDatabase()
      } finally {
        await client.close()
      }
    },
  }
}

/** The driver's connection strings may name several hosts, which `URL` does not read. */
function withDatabaseName(uri: string, name: string): string {
  const [, server, query = ''] = /^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/[^?]*)?(\?.*)?$/.exec(uri) ?? []
  if (!server) throw new Error('MONGODB_TEST_URI is no connection string')
  return `${server}/${name}${query}`
}

function copyTemplate(directory: string): TestDatabase {
  const template = process.env.TEMPLATE_DATABASE
  if (!template) throw new Error('TEMPLATE_DATABASE is not set: run this suite through npm test')
  const file = path.join(directory, 'test.db')
  copyFileSync(template, file)
  return { uri: `file:${file}`, drop: async () => {} }
}
