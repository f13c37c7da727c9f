import { getPayload } from 'payload'
import { createConfig } from '../../payload.config.ts'
import { migrateDatabase } from '../db/migrate-database.ts'
import { createTestEnvironment } from './create-test-environment.ts'

/** Makes the empty database that every suite copies, by the committed migrations, as a user's start does. */
const [file] = process.argv.slice(2)
const payload = await getPayload({ config: createConfig(createTestEnvironment({ databaseUri: `file:${file}` })) })
await migrateDatabase({ payload })
const { client } = payload.db as unknown as { client: { execute(sql: string): Promise<unknown> } }
// The suites copy one file: what lies in the write-ahead log must be in it.
await client.execute('PRAGMA wal_checkpoint(TRUNCATE)')
await payload.destroy()
process.exit(0)
