import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { VAULT_SECRETS } from '../collections/slugs.ts'
import { bootKeyRig, callApi, signUpWithKeys } from '../testing/key-rig.ts'
import type { KeyRig } from '../testing/key-rig.ts'
import type { TestPerson } from '../testing/people.ts'
import { dumpMongo, isMongo } from '../testing/test-database.ts'
import { resolveForUse } from './index.ts'

const FIRST = 'loc-canary-first-8d1f0b7c2a9e4f6b'
const SECOND = 'loc-canary-second-3c5e7a9b1d2f4e6a'

let rig: KeyRig
let owner: TestPerson
beforeAll(async () => {
  rig = await bootKeyRig()
})
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

/** The bytes of an embedded database's files, free pages and the write-ahead log included. MongoDB's are its own. */
async function bytes(): Promise<Buffer> {
  if (isMongo(rig.server.payload)) return Buffer.from(await dump())
  const file = rig.server.environment.databaseUri.replace(/^file:/, '')
  return Buffer.concat([file, `${file}-wal`].map((path) => readFileSync(path)))
}

/** A text in the forms in which it could have been written. */
const formsOf = (text: string) => [
  text,
  encodeURIComponent(text),
  text.slice(11),
  ...[0, 1, 2].map((shift) =>
    Buffer.from(' '.repeat(shift) + text)
      .toString('base64')
      .slice(4, -4),
  ),
  Buffer.from(text).toString('hex'),
  [...text].reverse().join(''),
]

describe('the database', () => {
  it('should hold no key in any form after every operation on it', async () => {
    rig.provider.behaviour = 'echo'
    owner = await signUpWithKeys(rig, { localllm: FIRST })
    const send = (method: 'post' | 'put', path: string, body: object) => callApi(rig, { as: owner, method, path, body })
    await send('post', '/user-api-keys/validate', { provider: 'localllm' }).expect(200)
    await send('put', '/user-api-keys/localllm', { apiKey: SECOND }).expect(200)
    await send('post', '/user-api-keys/localllm/rollback', {}).expect(200)
    rig.provider.behaviour = 'refuse'
    await send('put', '/user-api-keys/localllm', { apiKey: SECOND }).expect(422)
    await resolveForUse({ payload: rig.server.payload, tenant: owner.tenant.id, provider: 'localllm', purpose: 'call' })

    const [cells, raw] = [await dump(), await bytes()]
    expect(cells).toContain('pb1.')
    for (const form of [FIRST, SECOND].flatMap(formsOf)) {
      expect([form, cells.toLowerCase().includes(form.toLowerCase())]).toEqual([form, false])
      expect([form, raw.includes(form)]).toEqual([form, false])
    }
  })

  it('should hold no ciphertext of a deleted key, in no table and in no free page', async () => {
    const { docs } = await rig.server.payload.db.find<{ envelope: string }>({ collection: VAULT_SECRETS, limit: 0 })
    const sealed = docs.map(({ envelope }) => envelope.split('.')[2] ?? '')
    expect(sealed).toHaveLength(3)
    const stored = await bytes()
    expect(sealed.every((text) => stored.includes(text))).toBe(true)

    await callApi(rig, { as: owner, method: 'delete', path: '/user-api-keys/localllm?confirm=true' }).expect(200)
    const cells = await dump()
    if (!isMongo(rig.server.payload)) await client().execute('PRAGMA wal_checkpoint(TRUNCATE)')
    const raw = await bytes()
    for (const text of sealed) {
      expect(cells).not.toContain(text)
      for (let start = 0; start + 24 <= text.length; start += 24) {
        expect([start, raw.includes(text.slice(start, start + 24))]).toEqual([start, false])
      }
    }
  })
})
