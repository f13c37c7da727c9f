import { mongooseAdapter } from '@payloadcms/db-mongodb'
import { sqliteAdapter } from '@payloadcms/db-sqlite'

/**
 * The Payload database adapter for a URI: `mongodb://` and `mongodb+srv://` give MongoDB, `file:` gives embedded SQLite.
 *
 * Transactions are off on both, so that the same code means the same everywhere: SQLite's driver fails
 * concurrent ones with SQLITE_BUSY. Writes are ordered and keyed so that a crash between two of them can be recovered.
 */
export function createDatabaseAdapter({ databaseUri }: { databaseUri: string }) {
  if (databaseUri.startsWith('mongodb')) {
    return mongooseAdapter({
      url: databaseUri,
      transactionOptions: false,
      // Unique indexes carry promises of ours: they are there before the first write, not some time after it.
      ensureIndexes: true,
      connectOptions: { autoIndex: false, serverSelectionTimeoutMS: 5_000 },
    })
  }
  return sqliteAdapter({
    client: { url: databaseUri },
    autoIncrement: true,
    busyTimeout: 5_000,
    migrationDir: 'src/migrations',
    // The schema comes from the committed migrations alone; pushing would make a database that no migration can follow.
    push: false,
    // With the write-ahead log this survives any crash of the process. Only a power cut can cost the last writes, while
    // 'FULL' would wait for the disk, the event loop with it, at every single one.
    wal: { synchronous: 'NORMAL' },
  })
}
