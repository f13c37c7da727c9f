import type { Payload } from 'payload'
import { migrations } from '../migrations/index.ts'

/** Brings an embedded database's schema up to date with the committed migrations. MongoDB has no schema to bring. */
export async function migrateDatabase({ payload }: { payload: Payload }): Promise<void> {
  if (payload.db.name !== 'sqlite') return
  await payload.db.migrate({ migrations })
}
