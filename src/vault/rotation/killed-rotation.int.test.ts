import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { TestServer } from '../../testing/boot.ts'
import { runServer } from '../../testing/run-server.ts'
import { createFleet, openSeeded, readWraps, seedVault, wrappersOf } from '../../testing/vault-rig.ts'
import type { Fleet, SeededKey } from '../../testing/vault-rig.ts'
import { fingerprintOfKey, rotateKeyEncryptionKey } from '../index.ts'
import type { RotationReport } from '../index.ts'

const [oldKey, newKey] = [randomBytes(32), randomBytes(32)]
const [oldId, newId] = [fingerprintOfKey(oldKey), fingerprintOfKey(newKey)]
const TENANTS_COUNT = 200

let cwd: string
let fleet: Fleet
let server: TestServer
beforeEach(async () => {
  cwd = mkdtempSync(path.join(tmpdir(), 'patchbay-killed-'))
  fleet = createFleet()
  server = await fleet.boot({ encryptionKey: oldKey, encryptionKeysRetired: [newKey] })
})
afterEach(async () => {
  await fleet.close()
  rmSync(cwd, { recursive: true, force: true })
})

/** The rotation as a process of its own, with the keys of the step after the server's. */
const startRotation = ({ restMs }: { restMs: number }) =>
  runServer({
    file: 'src/testing/run-rotation.ts',
    args: [String(restMs)],
    cwd,
    env: {
      DATABASE_URI: fleet.databaseUri,
      PAYLOAD_SECRET: randomBytes(32).toString('base64'),
      ENCRYPTION_KEY: newKey.toString('base64'),
      ENCRYPTION_KEYS_RETIRED: oldKey.toString('base64'),
      LOG_LEVEL: 'silent',
    },
  })

/** Opens keys one after the other, each data key unwrapped anew, until it is told to stop. */
function openWithoutEnd(keys: readonly SeededKey[]) {
  let isOver = false
  let opened = 0
  const failures: unknown[] = []
  const ended = (async () => {
    while (!isOver) {
      for (const key of keys) {
        await openSeeded(server.payload, key).catch((error: unknown) => failures.push(error))
        opened += 1
        await nextTurn()
        if (isOver) break
      }
    }
  })()
  return {
    async stop() {
      isOver = true
      await ended
      return { opened, failures }
    },
  }
}

describe('a rotation that is killed', () => {
  it('should fail no key of a server that opens them all the while, and be finished by the next run', async () => {
    const keys = await seedVault({ payload: server.payload, tenants: TENANTS_COUNT })
    const use = openWithoutEnd(keys)

    for (const row of [40, 120]) {
      const run = startRotation({ restMs: 4 })
      await run.prints(`rewrapping ${row} of`)
      run.child.kill('SIGKILL')
      expect(await run.ended).toEqual({ code: null, signal: 'SIGKILL' })
      const isDone = (await readWraps(server.payload)).map(({ wrapped }) => wrapped.includes(newId))
      expect(isDone.filter(Boolean).length).toBeGreaterThanOrEqual(row)
      expect(isDone).toContain(false)
    }

    const last = startRotation({ restMs: 0 })
    const line = await last.prints('report ')
    const { opened, failures } = await use.stop()
    expect(failures).toEqual([])
    expect(opened).toBeGreaterThan(TENANTS_COUNT)

    const report = JSON.parse(line.slice('report '.length)) as RotationReport
    expect(report).toMatchObject({ target: newId, total: TENANTS_COUNT + 1, failures: [] })
    expect(report.already).toBeGreaterThanOrEqual(120)
    expect(report.already + report.rewrapped).toBe(TENANTS_COUNT + 1)
    // The server itself still writes under the former key, as between two steps of a change.
    expect(report.state).toBe('unfinished')
    expect(report.stragglers).toHaveLength(1)
    expect(await wrappersOf(server.payload)).toEqual([newId])
    for (const key of keys) await openSeeded(server.payload, key)
  }, 180_000)

  it('should be the same after a stop at any row, with nothing that either key set cannot open', async () => {
    const keys = await seedVault({ payload: server.payload, tenants: 5 })
    const tool = await fleet.boot({ encryptionKey: newKey, encryptionKeysRetired: [oldKey] })
    const rows = 6
    for (let stop = 1; stop <= rows; stop++) {
      let seen = 0
      const onProgress = ({ step }: { step: string }) => {
        if (step === 'rewrapping' && ++seen === stop) throw new Error('stopped')
      }
      await expect(rotateKeyEncryptionKey({ payload: tool.payload, onProgress })).rejects.toThrow('stopped')
      for (const key of keys) {
        await openSeeded(server.payload, key)
        await openSeeded(tool.payload, key)
      }
    }
    await fleet.stop(server)
    expect(await rotateKeyEncryptionKey({ payload: tool.payload })).toMatchObject({ state: 'finished' })
    expect(await wrappersOf(tool.payload)).toEqual([newId])
  })

  it('should end at once, between two rows, where it is told to by a signal', async () => {
    await seedVault({ payload: server.payload, tenants: 12 })
    const tool = await fleet.boot({ encryptionKey: newKey, encryptionKeysRetired: [oldKey] })
    const stop = new AbortController()
    const run = rotateKeyEncryptionKey({
      payload: tool.payload,
      signal: stop.signal,
      onProgress: ({ done }) => (done === 2 ? stop.abort(new Error('enough')) : undefined),
    })
    await expect(run).rejects.toThrow('enough')
    expect(await wrappersOf(tool.payload)).toEqual([oldId, newId].sort())
  })

  it('should fail where the database fails, and go on when it answers', async () => {
    const keys = await seedVault({ payload: server.payload, tenants: 8 })
    await fleet.stop(server)
    const tool = await fleet.boot({ encryptionKey: newKey, encryptionKeysRetired: [oldKey] })
    const { db } = tool.payload
    const write = db.updateOne
    let writes = 0
    db.updateOne = async (options) => {
      if (options.collection === 'vault-data-keys' && ++writes === 3) throw new Error('the disk is full')
      return write.call(db, options)
    }
    await expect(rotateKeyEncryptionKey({ payload: tool.payload })).rejects.toThrow('the disk is full')
    for (const key of keys) await openSeeded(tool.payload, key)
    expect(await rotateKeyEncryptionKey({ payload: tool.payload })).toMatchObject({ state: 'finished' })
    for (const key of keys) await openSeeded(tool.payload, key)
  })
})
