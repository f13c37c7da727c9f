import type { Payload } from 'payload'
import type { DocumentId } from '../access/membership.ts'
import { updateKeyRecord } from './key-record.ts'
import type { KeyInUse } from './read-key-in-use.ts'

/** A key that is used all the time is noted at most so often, in ms. */
const EVERY_MS = 60_000

type NoteOptions = { payload: Payload; record: KeyInUse }

/** Writes down that a key was used; never worth failing a call for. */
export async function noteUse({ payload, record }: NoteOptions): Promise<void> {
  const isRecent = record.lastUsedAt && Date.now() - Date.parse(record.lastUsedAt) < EVERY_MS
  if (isRecent) return
  try {
    await (payload.db.name === 'sqlite' ? noteInOneStatement({ payload, record }) : noteByAdapter({ payload, record }))
  } catch (error) {
    payload.logger.warn({ err: error, provider: record.provider, msg: 'The use of a key could not be noted' })
  }
}

const noteByAdapter = (options: NoteOptions) =>
  updateKeyRecord({ ...options, data: { lastUsedAt: new Date().toISOString() } })

const STATEMENT = 'UPDATE provider_keys SET last_used_at = ?, updated_at = ? WHERE credential_id = ? AND tenant_id = ?'

type Client = { execute(statement: { sql: string; args: DocumentId[] }): Promise<unknown> }

/** The adapter reads before and after it writes, and SQLite's driver holds the event loop for each. */
async function noteInOneStatement({ payload, record }: NoteOptions): Promise<void> {
  const { client } = payload.db as unknown as { client: Client }
  const now = new Date().toISOString()
  await client.execute({ sql: STATEMENT, args: [now, now, record.credentialId, record.tenant] })
}
