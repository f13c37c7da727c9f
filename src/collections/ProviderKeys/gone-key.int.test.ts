import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { flushAuditLog } from '../../audit/index.ts'
import { createCallRig } from '../../testing/call-rig.ts'
import type { CallRig, Workspace } from '../../testing/call-rig.ts'
import { listenToAgent } from '../../testing/heard-speech.ts'
import { dumpMongo, isMongo } from '../../testing/test-database.ts'
import { VAULT_SECRETS } from '../slugs.ts'

/** For all the calls of this suite, on a machine that has much else to do. */
const PATIENCE_MS = 120_000
const PROVIDERS = ['deepgram', 'openai', 'elevenlabs', 'telnyx'] as const

let rig: CallRig
let tenant: Workspace
beforeAll(async () => {
  rig = await createCallRig()
  tenant = rig.workspaces[0] as Workspace
}, PATIENCE_MS)
afterAll(() => rig?.close())

type Client = { execute(sql: string): Promise<{ rows: Record<string, unknown>[] }> }
const client = () => (rig.server.payload.db as unknown as { client: Client }).client

/** Every cell of every table, every field of every document. */
async function dump(): Promise<string> {
  if (isMongo(rig.server.payload)) return dumpMongo(rig.server.environment.databaseUri)
  const { rows } = await client().execute("SELECT name FROM sqlite_master WHERE type = 'table'")
  const tables = await Promise.all(rows.map(({ name }) => client().execute(`SELECT * FROM "${String(name)}"`)))
  return JSON.stringify(tables.map((table) => table.rows))
}

/** The bytes of an embedded database's files; MongoDB's are its own. */
async function bytes(): Promise<string> {
  if (isMongo(rig.server.payload)) return dump()
  await client().execute('PRAGMA wal_checkpoint(TRUNCATE)')
  const file = rig.server.environment.databaseUri.replace(/^file:/, '')
  return [file, `${file}-wal`].map((path) => readFileSync(path, 'latin1')).join('')
}

const envelopes = async () => {
  const { docs } = await rig.server.payload.db.find<{ envelope: string }>({ collection: VAULT_SECRETS, limit: 0 })
  return docs.map(({ envelope }) => envelope.split('.').at(-1) ?? '')
}

describe('keys that paid for a call and were deleted', () => {
  it(
    'should be told as stopped while they are in use, and let the call that runs on them end by itself',
    async () => {
      const call = tenant.call()
      await call.streaming
      await listenToAgent(call, { after: 0 })
      const impact = await tenant.as('get', '/api/user-api-keys/openai/impact').expect(200)
      expect(impact.body).toMatchObject({
        agents: [{ name: 'Agent 0' }],
        numbers: [{ number: tenant.number }],
        liveCalls: 1,
      })
      const refused = await tenant.as('delete', '/api/user-api-keys/openai').expect(409)
      expect(refused.body).toMatchObject({ code: 'key_in_use', liveCalls: 1 })

      const sealed = await envelopes()
      expect(sealed).toHaveLength(4)
      for (const provider of PROVIDERS) {
        const { body } = await tenant.as('delete', `/api/user-api-keys/${provider}?confirm=true`).expect(200)
        expect(body).toMatchObject({ deleted: true, provider, stopped: { liveCalls: 1 } })
      }
      const asked = await call.say('how-much')
      await listenToAgent(call, { after: asked.endMs })
      call.hangUp()
      const record = await tenant.closedCall(call)
      expect(record).toMatchObject({ status: 'completed', endedReason: 'caller-hangup' })

      // The record says who paid by ids alone.
      expect(record.receipt).toHaveLength(4)
      for (const entry of record.receipt ?? []) {
        expect(Object.keys(entry).sort()).toEqual(['capability', 'credentialId', 'provider', 'requestIds', 'version'])
        expect(entry.credentialId).toMatch(/^cred_[0-9a-f]{24}$/)
      }
      await flushAuditLog(rig.server.payload)
      const [cells, raw] = [await dump(), await bytes()]
      for (const text of sealed) {
        expect([cells.includes(text), raw.includes(text.slice(0, 40)), raw.includes(text.slice(-40))]).toEqual([
          false,
          false,
          false,
        ])
      }
      for (const secret of Object.values(tenant.keys)) {
        for (const form of [secret, secret.slice(10), Buffer.from(secret).toString('base64').slice(4, -4)]) {
          expect([cells.includes(form), raw.includes(form)]).toEqual([false, false])
        }
      }
    },
    PATIENCE_MS,
  )
})
