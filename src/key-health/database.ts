import type { Payload } from 'payload'

/**
 * What lies beneath Payload's adapters, for what they have no word for: many rows in one statement, and sums. Payload's
 * own writes go row by row, and SQLite's driver holds the event loop for each.
 */
type SqliteClient = { execute(statement: { sql: string; args: (string | number)[] }): Promise<{ rows: unknown }> }
type MongoModel = {
  bulkWrite(operations: object[], options: { ordered: boolean }): Promise<unknown>
  aggregate(pipeline: object[]): Promise<unknown>
}

/** Runs one statement on SQLite. */
export async function query<Row>(payload: Payload, sql: string, args: (string | number)[]): Promise<Row[]> {
  const { client } = payload.db as unknown as { client: SqliteClient }
  return (await client.execute({ sql, args })).rows as Row[]
}

/** A collection's model on MongoDB. */
export function modelOf(payload: Payload, slug: string): MongoModel {
  const model = (payload.db as unknown as { collections: Record<string, MongoModel> }).collections[slug]
  if (!model) throw new Error(`The database has no collection ${slug}`)
  return model
}
