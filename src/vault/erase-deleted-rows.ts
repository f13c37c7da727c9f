import type { Payload } from 'payload'
import { compositionOf } from '../composition.ts'

/** Lets SQLite overwrite what it deletes; by default it leaves the bytes in the file until the page is used again. */
export async function eraseDeletedRows({ payload }: { payload: Payload }): Promise<void> {
  const { environment } = compositionOf(payload)
  if (environment.databaseKind !== 'sqlite') return
  const { client } = payload.db as unknown as { client: { execute(sql: string): Promise<unknown> } }
  await client.execute('PRAGMA secure_delete = ON')
}
