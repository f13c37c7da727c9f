import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { TestServer } from '../testing/boot.ts'
import { createFleet, openSeeded, restoreWraps, readWraps, seedVault } from '../testing/vault-rig.ts'
import type { Fleet, SeededKey } from '../testing/vault-rig.ts'
import { fingerprintOfKey, rotateKeyEncryptionKey } from '../vault/index.ts'
import { checkpoint, readDisk, readTables } from './testing/scan-database.ts'

const [oldKey, newKey] = [randomBytes(32), randomBytes(32)]
const [oldId, newId] = [fingerprintOfKey(oldKey), fingerprintOfKey(newKey)]
const STAGED = { encryptionKey: oldKey, encryptionKeysRetired: [newKey] }
const PROMOTED = { encryptionKey: newKey, encryptionKeysRetired: [oldKey] }
const RETIRED = { encryptionKey: newKey, encryptionKeysRetired: [] }
const FORMER = { encryptionKey: oldKey, encryptionKeysRetired: [] }

let fleet: Fleet
let straggler: TestServer
let keys: SeededKey[]
beforeEach(async () => {
  fleet = createFleet()
  straggler = await fleet.boot(STAGED)
  keys = await seedVault({ payload: straggler.payload, tenants: 5, providers: ['openai', 'deepgram'] })
})
afterEach(() => fleet.close())

/** Stops a rotation at its n-th step, wherever that is, as a kill does; before, every server opens a key as calls do. */
function killAt(step: number, servers: readonly TestServer[], opened: { count: number; failures: unknown[] }) {
  let seen = 0
  return async () => {
    seen += 1
    for (const server of servers) {
      const key = keys[opened.count % keys.length]
      if (!key) throw new Error('No keys')
      opened.count += 1
      await openSeeded(server.payload, key).catch((error: unknown) => opened.failures.push(error))
    }
    if (seen === step) throw new Error('killed')
  }
}

describe('check 13: rotation of the key-encryption key', () => {
  it('check 13: fails no resolve on any server, killed at every step in turn, with a server that lags behind', async () => {
    const second = await fleet.boot(PROMOTED)
    const servers = [straggler, second]
    const opened = { count: 0, failures: [] as unknown[] }
    let kills = 0
    for (let step = 1; ; step += 1) {
      const onProgress = killAt(step, servers, opened)
      const outcome = await rotateKeyEncryptionKey({ payload: second.payload, onProgress, waitMs: 0 }).catch(
        (error: Error) => error,
      )
      for (const server of servers) for (const key of keys) await openSeeded(server.payload, key)
      if (!(outcome instanceof Error)) {
        expect(outcome).toMatchObject({ target: newId, failures: [] })
        expect(outcome.stragglers).toHaveLength(1)
        break
      }
      expect(outcome.message).toBe('killed')
      kills += 1
      expect(step).toBeLessThan(100)
    }
    expect(kills).toBeGreaterThanOrEqual(5)
    expect(opened.failures).toEqual([])
    expect(opened.count).toBeGreaterThan(50)
  })

  it('check 13: leaves nothing under the former key in any column of any table', async () => {
    await fleet.stop(straggler)
    const server = await fleet.boot(PROMOTED)
    const before = columnsWith(await readTables(server), oldId)
    expect(before.length).toBeGreaterThan(0)
    expect(await rotateKeyEncryptionKey({ payload: server.payload })).toMatchObject({ state: 'finished', failures: [] })
    const tables = await readTables(server)
    // What is sealed is found by what it looks like, not by where this suite believes it to be.
    expect(columnsWith(tables, `.${oldId}.`)).toEqual([])
    expect(columnsWith(tables, `.${newId}.`)).toEqual(before.filter((column) => /wrapped/.test(column)))
    const sealed = Object.entries(tables).flatMap(([table, rows]) =>
      rows.flatMap((row) =>
        Object.entries(row).flatMap(([column, cell]) =>
          looksSealed(cell) ? [`${table}.${column}`.replaceAll('_', '-')] : [],
        ),
      ),
    )
    const KNOWN =
      /^(vault-secrets\.envelope|vault-data-keys\.wrapped|vault-canar(y|ies)\.wrapped|audit-(logs?|heads)\.seal|users\.api-?key)$/i
    expect([...new Set(sealed)].filter((column) => !KNOWN.test(column))).toEqual([])
    expect([...new Set(sealed)].filter((column) => /envelope|wrapped/.test(column))).toHaveLength(3)
  })
})

type Tables = Awaited<ReturnType<typeof readTables>>

const columnsWith = (tables: Tables, text: string): string[] =>
  [
    ...new Set(
      Object.entries(tables).flatMap(([table, rows]) =>
        rows.flatMap((row) =>
          Object.entries(row).flatMap(([column, cell]) => (String(cell).includes(text) ? [`${table}.${column}`] : [])),
        ),
      ),
    ),
  ].sort()

/** Text that only a cipher or a MAC writes: long, one word, and of many signs; hashes are hex and so are told apart. */
const looksSealed = (cell: unknown): boolean =>
  typeof cell === 'string' &&
  /(?:^|\.)[A-Za-z0-9_-]{39,}$/.test(cell) &&
  !/^[0-9a-f-]+$/.test(cell) &&
  new Set(cell).size > 25

describe('check 14: after the former key was retired', () => {
  it('check 14: it opens nothing, and a backup from before opens with the retained one', async () => {
    await fleet.stop(straggler)
    const server = await fleet.boot(PROMOTED)
    const backup = await readWraps(server.payload)
    await rotateKeyEncryptionKey({ payload: server.payload })
    await fleet.stop(server)

    const refused = await fleet.boot(FORMER).then(
      () => 'it served',
      (error: Error) => error.message,
    )
    expect(refused).toContain(newId)
    const after = await fleet.boot(RETIRED)
    for (const key of keys) await openSeeded(after.payload, key)
    // Not even a free page keeps a wrap that the former key could open.
    await checkpoint(after)
    const bodies = backup.map(({ wrapped }) => wrapped.slice(wrapped.lastIndexOf('.') + 1))
    for (const bytes of Object.values(await readDisk(after))) {
      for (const body of bodies) expect(bytes.includes(body)).toBe(false)
    }

    await restoreWraps(after.payload, backup)
    const [key] = keys
    if (!key) throw new Error('No keys')
    await expect(openSeeded(after.payload, key)).rejects.toMatchObject({ code: 'wrong_encryption_key' })
    await fleet.stop(after)
    const restored = await fleet.boot(PROMOTED)
    for (const one of keys) await openSeeded(restored.payload, one)
  })
})
