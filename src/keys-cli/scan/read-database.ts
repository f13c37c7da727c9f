import type { Payload } from 'payload'

/** A text in the database, and where it stands. */
export type StoredText = {
  /** Table or collection. */
  table: string
  /** Column, or path in a document. */
  field: string
  /** Id of the row. */
  id: string
  text: string
}

/** Rows read at a time: prompts and transcripts are long. */
const PAGE = 50
/** No key that is recognised is shorter. */
const MIN_TEXT = 12

/** Every text and every JSON value of every table or collection, a few rows at a time. */
export function readDatabase(payload: Payload): AsyncGenerator<StoredText> {
  return payload.db.name === 'sqlite' ? readSqlite(payload) : readMongo(payload)
}

type Row = Record<string, unknown>
type SqliteClient = {
  execute(statement: string | { sql: string; args: (string | number)[] }): Promise<{ rows: Row[] }>
}

async function* readSqlite({ db }: Payload): AsyncGenerator<StoredText> {
  const { client } = db as unknown as { client: SqliteClient }
  const quote = (name: string) => `"${name.replaceAll('"', '""')}"`
  const listTables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
  for (const { name } of (await client.execute(listTables)).rows) {
    const table = String(name)
    const columns = (await client.execute(`PRAGMA table_info(${quote(table)})`)).rows
    const texts = columns
      .filter(({ type }) => /^(|.*(TEXT|CHAR|JSON|BLOB|CLOB).*)$/i.test(String(type)))
      .map((column) => String(column.name))
    if (texts.length === 0) continue
    const idOf = columns.some((column) => column.name === 'id') ? 'id' : 'rowid'
    const select = `SELECT rowid AS _row, ${quote(idOf)} AS _id, ${texts.map(quote).join(', ')} FROM ${quote(table)}`
    for (let last: number | undefined; ; ) {
      const sql = `${select} ${last === undefined ? '' : 'WHERE rowid > ?'} ORDER BY rowid LIMIT ${PAGE}`
      const { rows } = await client.execute({ sql, args: last === undefined ? [] : [last] })
      for (const row of rows) {
        for (const field of texts) {
          const text = toText(row[field])
          if (text.length >= MIN_TEXT) yield { table, field, id: String(row._id), text }
        }
      }
      if (rows.length < PAGE) break
      last = Number(rows.at(-1)?._row)
    }
  }
}

type MongoCollection = { collectionName: string; find(): { batchSize(size: number): AsyncIterable<Row> } }
type MongoDatabase = { collections(): Promise<MongoCollection[]> }

async function* readMongo({ db }: Payload): AsyncGenerator<StoredText> {
  const { connection } = db as unknown as { connection: { db: MongoDatabase } }
  for (const collection of await connection.db.collections()) {
    for await (const document of collection.find().batchSize(PAGE)) {
      const place = { table: collection.collectionName, id: String(document._id) }
      for (const { field, text } of textsOf(document)) if (text.length >= MIN_TEXT) yield { ...place, field, text }
    }
  }
}

/** Every text within a value, by its path; the numbers of an array do not count in it. */
function* textsOf(value: unknown, path = ''): Generator<{ field: string; text: string }> {
  if (Array.isArray(value)) for (const item of value) yield* textsOf(item, path)
  else if (typeof value === 'string' || isBytes(value)) yield { field: path, text: toText(value) }
  else if (typeof value === 'object' && value !== null) {
    // What is no plain object is an id, a date or a number of the driver's own.
    if (Object.getPrototypeOf(value) !== Object.prototype && Object.getPrototypeOf(value) !== null) return
    for (const [name, inner] of Object.entries(value)) yield* textsOf(inner, path === '' ? name : `${path}.${name}`)
  }
}

const isBytes = (value: unknown): value is Uint8Array | ArrayBuffer =>
  value instanceof Uint8Array || value instanceof ArrayBuffer

function toText(value: unknown): string {
  if (typeof value === 'string') return value
  if (value instanceof ArrayBuffer) return Buffer.from(value).toString('latin1')
  return value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : ''
}
