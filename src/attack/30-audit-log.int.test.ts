import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Where } from 'payload'
import { hashOf, toAuditRow, toPlacedEvent } from '../audit/audit-row.ts'
import { flushAuditLog, verifyAuditLog } from '../audit/index.ts'
import { AUDIT_HEADS, AUDIT_LOG } from '../collections/slugs.ts'
import { bootAttackRig } from './testing/attack-rig.ts'
import type { AttackRig, Method, Side } from './testing/attack-rig.ts'
import { createCanary } from './testing/canaries.ts'
import { change } from './testing/vault-rows.ts'

type Row = Record<string, unknown> & { id: number | string; sequence: number }

let rig: AttackRig
let side: Side
beforeAll(async () => {
  rig = await bootAttackRig({ a: [], b: ['hostilellm'] })
})
afterAll(() => rig?.close())

/** A tenant that has stored, tested, replaced, rolled back and deleted keys. */
beforeEach(async () => {
  side = await rig.addSide(['hostilellm', 'hostilestt'])
  const send = (method: Method, path: string, body?: unknown) =>
    rig.send({ as: side.owner.headers, method, path, body })
  await send('post', '/user-api-keys/validate', { provider: 'hostilellm' })
  await send('put', '/user-api-keys/hostilellm', { apiKey: createCanary('hostilellm') })
  await send('post', '/user-api-keys/hostilellm/rollback', {})
  await send('delete', '/user-api-keys/hostilestt?confirm=true')
  await flushAuditLog(rig.server.payload)
})

const ofTenant = (also: Where[] = []): Where => ({ and: [{ tenant: { equals: side.tenant.id } }, ...also] })
const rowsOf = async (): Promise<Row[]> =>
  (
    await rig.server.payload.db.find<Row>({
      collection: AUDIT_LOG,
      where: ofTenant(),
      sort: 'sequence',
      limit: 0,
      pagination: false,
    })
  ).docs
const verify = async () => (await verifyAuditLog({ payload: rig.server.payload, tenant: side.tenant.id })).problems
const row = (rows: Row[], at: number): Row => {
  const found = rows.at(at)
  if (!found) throw new Error('No such event')
  return found
}

describe('check 30: the audit log', () => {
  it('check 30: is whole as it is, and tells each thing that was done to a key, with nothing of the key', async () => {
    expect(await verify()).toEqual([])
    const rows = await rowsOf()
    const actions = new Set(rows.map(({ action }) => action))
    for (const action of ['key.stored', 'key.tested', 'key.replaced', 'key.rolled-back', 'key.deleted'])
      expect(actions).toContain(action)
    expect(rows.map(({ sequence }) => sequence)).toEqual(rows.map((_, at) => at + 1))
    expect(rig.scan(JSON.stringify(rows))).toEqual([])
  })

  it.each<[string, string, (rows: Row[]) => Promise<unknown>]>([
    [
      'an edited actor',
      'edited',
      (rows) => change(rig.server, AUDIT_LOG, row(rows, 2).id, { actorName: 'somebody else' }),
    ],
    ['an edited result', 'edited', (rows) => change(rig.server, AUDIT_LOG, row(rows, 2).id, { result: 'refused' })],
    [
      'an edited time',
      'edited',
      (rows) => change(rig.server, AUDIT_LOG, row(rows, 2).id, { at: '2020-01-01T00:00:00.000Z' }),
    ],
    ['an edited version', 'edited', (rows) => change(rig.server, AUDIT_LOG, row(rows, 2).id, { version: 77 })],
    [
      'an edit after which every hash was made anew, to the end and in the head',
      'edited',
      async (rows) => {
        let previousHash = String(row(rows, 1).hash)
        for (const document of rows.slice(2)) {
          const event = { ...toPlacedEvent(toAuditRow(document)), previousHash, actorName: 'somebody else' }
          const hash = hashOf(event)
          await change(rig.server, AUDIT_LOG, document.id, { actorName: event.actorName, previousHash, hash })
          previousHash = hash
        }
        const where = { tenant: { equals: String(side.tenant.id) } }
        await rig.server.payload.db.updateOne({ collection: AUDIT_HEADS, where, data: { hash: previousHash } })
      },
    ],
    ['an event taken out of the middle', 'deleted', (rows) => remove([row(rows, 2)])],
    ['the first event taken out', 'deleted', (rows) => remove([row(rows, 0)])],
    ['the last events cut off', 'truncated', (rows) => remove(rows.slice(-2))],
    ['every event but the first cut off', 'truncated', (rows) => remove(rows.slice(1))],
    [
      'two events that change places',
      'reordered',
      async (rows) => {
        const [one, other] = [row(rows, 1), row(rows, 2)]
        await change(rig.server, AUDIT_LOG, one.id, { sequence: 9_999 })
        await change(rig.server, AUDIT_LOG, other.id, { sequence: one.sequence })
        await change(rig.server, AUDIT_LOG, one.id, { sequence: other.sequence })
      },
    ],
    [
      'the head taken away',
      'missing-head',
      () =>
        rig.server.payload.db.deleteMany({
          collection: AUDIT_HEADS,
          where: { tenant: { equals: String(side.tenant.id) } },
        }),
    ],
    [
      'a head that was turned back with the log',
      'forged-head',
      async (rows) => {
        const last = row(rows, -3)
        await remove(rows.slice(-2))
        const where = { tenant: { equals: String(side.tenant.id) } }
        await rig.server.payload.db.updateOne({
          collection: AUDIT_HEADS,
          where,
          data: { sequence: last.sequence, hash: last.hash },
        })
      },
    ],
    [
      'an event of another tenant put in',
      'inserted',
      async (rows) => {
        const { docs } = await rig.server.payload.db.find<Row>({
          collection: AUDIT_LOG,
          where: { tenant: { equals: rig.b.tenant.id } },
          limit: 1,
        })
        const foreign = row(docs, 0)
        await rig.server.payload.db.create({
          collection: AUDIT_LOG,
          data: { ...foreign, id: undefined, tenant: side.tenant.id, sequence: rows.length + 1 },
        })
      },
    ],
  ])('check 30: shows %s', async (_what, kind, tamper) => {
    await tamper(await rowsOf())
    expect((await verify()).map((problem) => problem.kind)).toContain(kind)
  })

  const remove = async (rows: Row[]) => {
    for (const { id } of rows)
      await rig.server.payload.db.deleteOne({ collection: AUDIT_LOG, where: { id: { equals: id } } })
  }

  it('check 30: is changed by nobody through the product, whoever they are', async () => {
    const before = await rowsOf()
    const id = row(before, 1).id
    for (const role of ['platform admin', 'owner of B', 'stranger', 'anonymous'] as const)
      await attempt(rig.people[role])
    await attempt(side.owner.headers)
    expect(await rowsOf()).toEqual(before)
    expect(await verify()).toEqual([])

    async function attempt(as: Record<string, string>) {
      const forged = {
        tenant: side.tenant.id,
        action: 'key.deleted',
        result: 'ok',
        actorName: 'nobody',
        subjectCollection: 'x',
        subjectId: '1',
      }
      for (const [method, path] of [
        ['post', '/audit-log'],
        ['patch', `/audit-log/${id}`],
        ['patch', '/audit-log?where[id][exists]=true'],
        ['delete', `/audit-log/${id}`],
        ['delete', '/audit-log?where[id][exists]=true'],
        ['post', `/audit-log/${id}/duplicate`],
        ['post', '/audit-heads'],
        ['delete', '/audit-heads?where[id][exists]=true'],
      ] as const) {
        const { status } = await rig.send({ as, method, path, body: forged, tenant: side.tenant.slug })
        expect([method, path, status >= 400]).toEqual([method, path, true])
      }
    }
  })

  it('check 30: is read and exported by its owners alone', async () => {
    for (const role of ['owner of B', 'machine of B', 'stranger', 'anonymous'] as const) {
      for (const path of ['/audit-log', '/audit-log/export?format=csv', '/user-api-keys/hostilellm/history']) {
        const { text } = await rig.send({ as: rig.people[role], path, tenant: side.tenant.slug })
        expect([role, path, text.includes(side.owner.email)]).toEqual([role, path, false])
      }
    }
    const { text } = await rig.send({ as: side.owner.headers, path: '/audit-log/export?format=csv' }).expect(200)
    expect(text).toContain('key.rolled-back')
    // What a spreadsheet would run.
    expect(text.split('\n').some((line) => /(^|,)"?[=+@-]/.test(line))).toBe(false)
  })
})
