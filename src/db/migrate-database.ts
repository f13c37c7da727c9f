import type { Payload } from 'payload'
import { migrations } from '../migrations/index.ts'

/** What SQLite's adapter takes; the type that all adapters share knows only MongoDB's arguments. */
type SqliteMigrator = { migrate(options: { migrations: typeof migrations }): Promise<void> }

/** Brings an embedded database's schema up to date with the committed migrations. MongoDB has no schema to bring. */
export async function migrateDatabase({ payload }: { payload: Payload }): Promise<void> {
  if (payload.db.name !== 'sqlite') return
  await (payload.db as unknown as SqliteMigrator).migrate({ migrations })
}
