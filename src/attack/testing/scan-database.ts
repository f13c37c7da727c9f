import { readFileSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { MongoClient } from 'mongodb'
import type { TestServer } from '../../testing/boot.ts'
import { isMongo } from '../../testing/test-database.ts'

/** Rows by table or collection. */
export type Tables = Record<string, Record<string, unknown>[]>

type SqliteClient = { execute(sql: string): Promise<{ rows: Record<string, unknown>[] }> }

const clientOf = ({ payload }: TestServer) => (payload.db as unknown as { client: SqliteClient }).client

/** Every table or collection that the database has, whoever made it, with all of its rows. */
export async function readTables(server: TestServer): Promise<Tables> {
  if (isMongo(server.payload)) return readMongo(server.environment.databaseUri)
  const client = clientOf(server)
  const { rows } = await client.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
  const tables: Tables = {}
  for (const { name } of rows) {
    const found = await client.execute(`SELECT * FROM "${String(name)}"`)
    tables[String(name)] = found.rows.map((row) => ({ ...row }))
  }
  return tables
}

async function readMongo(uri: string): Promise<Tables> {
  const client = new MongoClient(uri)
  try {
    const tables: Tables = {}
    for (const collection of await client.db().collections()) {
      tables[collection.collectionName] = await collection.find().toArray()
    }
    return tables
  } finally {
    await client.close()
  }
}

/**
 * All that lies on the disk for a server: the files of an embedded database with write-ahead log and free pages, uploads,
 * whatever was put beside them. Of MongoDB, whose files are its own, every document.
 */
export async function readDisk(server: TestServer): Promise<Record<string, Buffer>> {
  if (isMongo(server.payload)) return { mongodb: Buffer.from(JSON.stringify(await readTables(server))) }
  const folder = path.dirname(server.environment.databaseUri.replace(/^file:/, ''))
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(folder, name))
    .filter((file) => statSync(file).isFile())
  return Object.fromEntries(files.map((file) => [path.basename(file), readFileSync(file)]))
}

/** Brings the write-ahead log into the file, as a backup does. */
export async function checkpoint(server: TestServer): Promise<void> {
  if (!isMongo(server.payload)) await clientOf(server).execute('PRAGMA wal_checkpoint(TRUNCATE)')
}
