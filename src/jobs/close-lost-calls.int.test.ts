import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { CALLS } from '../collections/slugs.ts'
import type { LiveCall } from '../server/runtime.ts'
import { markCallAnswered, openCallRecord } from '../store/call-records.ts'
import type { CallRecord } from '../store/call-records.ts'
import { bootTestServer } from '../testing/boot.ts'
import type { TestServer } from '../testing/boot.ts'
import { signUp } from '../testing/people.ts'
import type { TestPerson } from '../testing/people.ts'
import { createTestDatabase } from '../testing/test-database.ts'
import type { TestDatabase } from '../testing/test-database.ts'
import { waitUntil } from '../testing/wait-until.ts'
import { closeLostCalls, refreshHeartbeats, watchLostCalls } from './close-lost-calls.ts'

const MINUTE_MS = 60_000
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * MINUTE_MS).toISOString()

type StoredCall = {
  status: string
  endedReason?: string | null
  endedDetail?: string | null
  endedAt?: string | null
  durationSeconds?: number | null
  heartbeatAt: string
}

const holding = (...records: CallRecord[]) => ({
  liveCalls: new Map(
    records.map(({ callId }): [string, LiveCall] => [callId, { callId, tenantId: '', end: async () => {} }]),
  ),
})

let directory: string
let database: TestDatabase
let server: TestServer
let owner: TestPerson
beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'patchbay-lost-'))
  database = createTestDatabase({ directory })
  server = await bootTestServer({ databaseUri: database.uri })
  owner = await signUp(server)
})
afterAll(async () => {
  await server?.close()
  await database.drop()
  rmSync(directory, { recursive: true, force: true })
})

/** A call whose process last said so many minutes ago that it lives. */
async function createCall({
  silentMinutes = 10,
  data = {},
}: {
  silentMinutes?: number
  data?: object
} = {}): Promise<CallRecord> {
  const { payload } = server
  const call = {
    tenant: owner.tenant.id,
    provider: 'telnyx',
    direction: 'inbound' as const,
    carrierCallId: randomUUID(),
    from: '+13125550100',
    to: '+14155550100',
  }
  const record = await openCallRecord({ payload, call })
  if (!record) throw new Error('The call has a record already')
  await payload.db.updateOne({
    collection: CALLS,
    id: record.id,
    data: { heartbeatAt: minutesAgo(silentMinutes), ...data },
    returning: false,
  })
  return record
}

const read = async ({ id }: CallRecord): Promise<StoredCall> =>
  (await server.payload.findByID({
    collection: CALLS,
    id,
    overrideAccess: true,
    depth: 0,
    showHiddenFields: true,
  })) as unknown as StoredCall

const isClosed = async (record: CallRecord) => (await read(record)).status === 'failed' || undefined

describe('the heartbeat of live calls', () => {
  it('should be renewed for all that this process holds, and for no other', async () => {
    const [one, two, foreign] = [await createCall(), await createCall(), await createCall()]
    const before = Date.now()
    await refreshHeartbeats({ payload: server.payload, runtime: holding(one, two) })
    const [first, second, third] = [await read(one), await read(two), await read(foreign)]
    expect(Date.parse(first.heartbeatAt)).toBeGreaterThanOrEqual(before)
    // One write: one moment for all.
    expect(second.heartbeatAt).toBe(first.heartbeatAt)
    expect(Date.parse(third.heartbeatAt)).toBeLessThan(before - 9 * MINUTE_MS)
    expect(first.status).toBe('ringing')
  })

  it('should cost nothing where no call is live', async () => {
    const { payload } = server
    await refreshHeartbeats({ payload: { ...payload, db: undefined } as never, runtime: holding() })
  })
})

describe('a call whose process died', () => {
  it('should be closed as lost, at the moment when it was last alive', async () => {
    const record = await createCall({ data: { answeredAt: minutesAgo(12), status: 'in-progress' } })
    const ringing = await createCall({ data: { status: 'queued' } })
    const { heartbeatAt } = await read(record)
    expect(await closeLostCalls({ payload: server.payload, runtime: holding() })).toBeGreaterThanOrEqual(2)
    expect(await read(record)).toMatchObject({
      status: 'failed',
      endedReason: 'node-lost',
      endedDetail: expect.stringMatching(/server that held this call stopped/),
      endedAt: heartbeatAt,
      durationSeconds: 120,
    })
    expect(await read(ringing)).toMatchObject({ status: 'failed', endedReason: 'node-lost', durationSeconds: 0 })
  })

  it('should not take with it what is alive, what has ended, and what this process holds', async () => {
    const fresh = await createCall({ silentMinutes: 0.2 })
    const held = await createCall()
    const ended = await createCall({ data: { status: 'completed', endedReason: 'caller-hangup' } })
    await markCallAnswered({ payload: server.payload, record: held })
    await closeLostCalls({ payload: server.payload, runtime: holding(held) })
    expect(await read(fresh)).toMatchObject({ status: 'ringing' })
    expect(await read(held)).toMatchObject({ status: 'in-progress' })
    expect(await read(ended)).toMatchObject({ status: 'completed', endedReason: 'caller-hangup' })
  })
})

describe('the watch', () => {
  it('should close lost calls before it is up, and every one that is lost later, until it is stopped', async () => {
    const atStart = await createCall()
    const { payload } = server
    const watch = await watchLostCalls({ payload, runtime: holding(), beatMs: 20 })
    expect(await isClosed(atStart)).toBe(true)
    const later = await createCall()
    await waitUntil(() => isClosed(later), 'the call to be closed as lost')
    await watch.stop()
  })

  it('should keep a call open whose process lives, however long it lasts', async () => {
    const record = await createCall({ silentMinutes: 0 })
    const { payload } = server
    const watch = await watchLostCalls({ payload, runtime: holding(record), beatMs: 20, lostAfterMs: 2_000 })
    const begun = Date.parse((await read(record)).heartbeatAt)
    const other = await watchLostCalls({ payload, runtime: holding(), beatMs: 20, lostAfterMs: 2_000 })
    const hasOutlived = async () => Date.parse((await read(record)).heartbeatAt) - begun > 2_500
    await waitUntil(hasOutlived, 'the heartbeat to go on for longer than a lost one is waited for')
    await Promise.all([watch.stop(), other.stop()])
    expect(await read(record)).toMatchObject({ status: 'ringing' })
  })

  it('should go on after a round that failed', async () => {
    const { payload } = server
    let failures = 2
    const flaky = new Proxy(payload, {
      get(target, name, receiver) {
        if (name === 'find' && failures > 0) {
          failures -= 1
          return () => Promise.reject(new Error('The database does not answer'))
        }
        const value: unknown = Reflect.get(target, name, receiver)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
    const record = await createCall()
    const watch = await watchLostCalls({ payload: flaky, runtime: holding(), beatMs: 20 })
    await waitUntil(() => isClosed(record), 'the call to be closed as lost')
    await watch.stop()
    expect(failures).toBe(0)
  })

  it('should be part of a start', async () => {
    const record = await createCall()
    const { databaseUri, encryptionKey, payloadSecret } = server.environment
    await server.close()
    server = await bootTestServer({ databaseUri, encryptionKey, payloadSecret })
    expect(await read(record)).toMatchObject({ status: 'failed', endedReason: 'node-lost' })
  })
})
