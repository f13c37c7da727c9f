import { getPayload } from 'payload'
import { createConfig } from '../../payload.config.ts'
import { createTestEnvironment } from './create-test-environment.ts'

/** Makes the empty database that every suite copies; run as a child so that its schema tools leave nothing open in Jest. */
const [file] = process.argv.slice(2)
const payload = await getPayload({ config: createConfig(createTestEnvironment({ databaseUri: `file:${file}` })) })
const { client } = payload.db as unknown as { client: { execute(sql: string): Promise<unknown> } }
// The suites copy one file: what lies in the write-ahead log must be in it.
await client.execute('PRAGMA wal_checkpoint(TRUNCATE)')
await payload.destroy()
process.exit(0)
