import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { AUDIT_HEADS, AUDIT_LOG } from '../collections/slugs.ts'
import { bootTestServer } from '../testing/boot.ts'
import type { TestServer } from '../testing/boot.ts'
import { addPlatformAdmin, signUp } from '../testing/people.ts'
import type { TestPerson } from '../testing/people.ts'
import { appendAuditEvent, flushAuditLog, noteAuditEvent, verifyAuditLog } from './index.ts'
import type { AuditEvent } from './index.ts'

type Stored = { id: number | string; sequence: number; hash: string; seal: string; [name: string]: unknown }

let server: TestServer

beforeAll(async () => {
  server = await bootTestServer()
})

afterAll(() => server.close())

const eventOf = (tenant: TestPerson['tenant'], more: Partial<AuditEvent> = {}): AuditEvent => ({
  tenant: tenant.id,
  actor: 'system',
  action: 'key.tested',
  subject: { collection: 'provider-keys', id: 'openai' },
  result: 'ok',
  provider: 'openai',
  credentialId: 'cred_1',
  version: 3,
  details: { zebra: 1, apple: ['ä', null, { nested: 0.7 }] },
  ...more,
})

/** A workspace whose log has its first event, of signing up, and further ones. */
async function workspaceWith(events: number): Promise<TestPerson> {
  const person = await signUp(server)
  for (let index = 0; index < events; index += 1) {
    await appendAuditEvent({ payload: server.payload, ...eventOf(person.tenant, { version: index }) })
  }
  return person
}

async function rowsOf({ tenant }: TestPerson): Promise<Stored[]> {
  const where = { tenant: { equals: tenant.id } }
  const { docs } = await server.payload.db.find<Stored>({ collection: AUDIT_LOG, where, sort: 'sequence', limit: 0 })
  return docs
}

/** Writes past the product, as somebody with access to the database does. */
const tamper = (person: TestPerson, sequence: number, data: Record<string, unknown>) =>
  server.payload.db.updateOne({
    collection: AUDIT_LOG,
    where: { and: [{ tenant: { equals: person.tenant.id } }, { sequence: { equals: sequence } }] },
    data,
  })

const remove = (person: TestPerson, where: Record<string, unknown>) =>
  server.payload.db.deleteMany({
    collection: AUDIT_LOG,
    where: { and: [{ tenant: { equals: person.tenant.id } }, { sequence: where }] },
  })

const headOf = (person: TestPerson) => ({ tenant: { equals: String(person.tenant.id) } })

async function findingsOf({ tenant }: TestPerson) {
  const { problems } = await verifyAuditLog({ payload: server.payload, tenant: tenant.id })
  return problems.map(({ kind, sequence, through }) => [kind, sequence, ...(through === undefined ? [] : [through])])
}

/** Makes this process look at the database again, as another one does. */
const forgetEnds = async () => {
  const { compositionOf } = await import('../composition.ts')
  compositionOf(server.payload).audit.ends.clear()
}

describe('an audit log', () => {
  it('should number its events, chain them and keep all that they say', async () => {
    const person = await workspaceWith(3)
    const rows = await rowsOf(person)
    expect(rows.map(({ sequence, action }) => [sequence, action])).toEqual([
      [1, 'tenant.created'],
      [2, 'key.tested'],
      [3, 'key.tested'],
      [4, 'key.tested'],
    ])
    expect(rows.map(({ previousHash }) => previousHash)).toEqual([
      '0'.repeat(64),
      ...rows.slice(0, 3).map((r) => r.hash),
    ])
    expect(rows[1]).toMatchObject({
      actorName: 'Patchbay',
      actorKind: 'system',
      provider: 'openai',
      credentialId: 'cred_1',
      version: 0,
      details: { zebra: 1, apple: ['ä', null, { nested: 0.7 }] },
    })
    expect(rows[0]).toMatchObject({ actorName: person.email, actorId: String(person.id), actorKind: 'person' })
    expect(await verifyAuditLog({ payload: server.payload, tenant: person.tenant.id })).toEqual({
      tenants: 1,
      events: 4,
      problems: [],
    })
  })

  it('should keep the order of events that are noted and of those that are waited for', async () => {
    const person = await signUp(server)
    for (let index = 1; index <= 250; index += 1) {
      noteAuditEvent({ payload: server.payload, ...eventOf(person.tenant, { action: 'key.used', version: index }) })
    }
    await appendAuditEvent({ payload: server.payload, ...eventOf(person.tenant, { version: 251 }) })
    const versions = (await rowsOf(person)).slice(1).map(({ version }) => version)
    expect(versions).toEqual(Array.from({ length: 251 }, (_, index) => index + 1))
    expect(await findingsOf(person)).toEqual([])
  })

  it('should write what was noted a moment later, and at once where it is flushed', async () => {
    const person = await signUp(server)
    noteAuditEvent({ payload: server.payload, ...eventOf(person.tenant) })
    expect(await rowsOf(person)).toHaveLength(1)
    await flushAuditLog(server.payload)
    expect(await rowsOf(person)).toHaveLength(2)
  })

  it('should never throw, and log as lost what cannot be written', async () => {
    const lost: unknown[] = []
    const { error } = server.payload.logger
    server.payload.logger.error = ((line: unknown) => lost.push(line)) as typeof error
    const details: Record<string, unknown> = {}
    details.self = details
    const tenant = { id: server.payload.db.defaultIDType === 'number' ? 987_654 : 'e'.repeat(24), slug: 'x' }
    await appendAuditEvent({ payload: server.payload, ...eventOf(tenant) })
    await appendAuditEvent({ payload: server.payload, ...eventOf((await signUp(server)).tenant, { details }) })
    server.payload.logger.error = error
    expect(lost).toEqual([
      expect.objectContaining({ msg: 'An audit event was lost', action: 'key.tested', provider: 'openai' }),
      expect.objectContaining({ msg: 'An audit event was lost', action: 'key.tested', provider: 'openai' }),
    ])
    expect(await verifyAuditLog({ payload: server.payload, tenant: tenant.id })).toMatchObject({ tenants: 0 })
  })

  it('should be changed by nobody, not even by the server through Payload', async () => {
    const person = await workspaceWith(1)
    const [row] = await rowsOf(person)
    const { payload } = server
    const where = { tenant: { equals: person.tenant.id } }
    const one = { collection: AUDIT_LOG, id: row?.id ?? '', overrideAccess: true } as const
    await expect(payload.update({ ...one, data: { result: 'failed' } })).rejects.toMatchObject({ status: 409 })
    await expect(payload.delete(one)).rejects.toMatchObject({ status: 409 })
    const many = { collection: AUDIT_LOG, where, overrideAccess: true } as const
    expect((await payload.update({ ...many, data: { result: 'failed' } })).errors).not.toEqual([])
    expect((await payload.delete(many)).errors).not.toEqual([])
    const data = { tenant: person.tenant.id, action: 'key.used', result: 'ok', actorName: 'x' }
    const forged = { ...data, subjectCollection: 'x', subjectId: 'x' }
    await expect(payload.create({ collection: AUDIT_LOG, overrideAccess: true, data: forged })).rejects.toMatchObject({
      status: 409,
    })
    expect(await rowsOf(person)).toHaveLength(2)
    const { versions, trash } = payload.collections[AUDIT_LOG]?.config ?? {}
    expect([versions, trash]).toEqual([undefined, false])
  })
})

describe('verifying an audit log', () => {
  it('should show an edit of any field', async () => {
    const edits = {
      action: 'key.used',
      result: 'refused',
      actorName: 'Eve',
      version: 9,
      details: { a: 1 },
      purpose: 'x',
    }
    const other = { at: '2020-01-01T00:00:00.000Z', hash: 'f'.repeat(64), seal: 's1.x', previousHash: '1'.repeat(64) }
    for (const [field, value] of Object.entries({ ...edits, ...other })) {
      const person = await workspaceWith(3)
      await tamper(person, 3, { [field]: value })
      expect([field, await findingsOf(person)]).toEqual([field, [['edited', 3]]])
    }
  })

  it('should show an edit whose hash, and those of all that follow, were made anew', async () => {
    const { hashOf, toAuditRow, toPlacedEvent } = await import('./audit-row.ts')
    const person = await workspaceWith(4)
    let previousHash = (await rowsOf(person))[1]?.hash ?? ''
    for (const row of (await rowsOf(person)).slice(2)) {
      const event = { ...toPlacedEvent(toAuditRow(row)), previousHash, actorName: 'somebody else' }
      const hash = hashOf(event)
      await tamper(person, row.sequence, { actorName: event.actorName, previousHash, hash })
      previousHash = hash
    }
    const kinds = (await findingsOf(person)).map(([kind, sequence]) => [kind, sequence])
    expect(kinds.slice(0, 3)).toEqual([
      ['edited', 3],
      ['edited', 4],
      ['edited', 5],
    ])
  })

  it('should show a deletion', async () => {
    const person = await workspaceWith(5)
    await remove(person, { equals: 3 })
    expect(await findingsOf(person)).toEqual([['deleted', 3]])
    await remove(person, { in: [1, 4] })
    expect(await findingsOf(person)).toEqual([
      ['deleted', 1],
      ['deleted', 3, 4],
    ])
  })

  it('should show two events that changed places', async () => {
    const person = await workspaceWith(4)
    await tamper(person, 3, { sequence: 1_000 })
    await tamper(person, 4, { sequence: 3 })
    await tamper(person, 1_000, { sequence: 4 })
    expect(await findingsOf(person)).toEqual([
      ['reordered', 3],
      ['reordered', 4],
    ])
  })

  it('should show an event that somebody put in, at the end, in between or without a number', async () => {
    const end = await workspaceWith(2)
    const { id, ...row } = (await rowsOf(end))[2] as Stored
    const tenant = end.tenant.id
    const insert = (data: Record<string, unknown>) =>
      server.payload.db.create({ collection: AUDIT_LOG, data: { ...row, tenant, ...data } })
    await insert({ sequence: 4 })
    expect(await findingsOf(end)).toEqual([['reordered', 4]])
    await insert({ sequence: 5, hash: 'a'.repeat(64) })
    expect(await findingsOf(end)).toEqual([
      ['reordered', 4],
      ['inserted', 5],
    ])
    await insert({ sequence: null })
    expect(await findingsOf(end)).toContainEqual(['inserted', 0])

    const between = await workspaceWith(2)
    await tamper(between, 3, { sequence: 4 })
    await server.payload.db.create({
      collection: AUDIT_LOG,
      data: { ...row, tenant: between.tenant.id, sequence: 3 },
    })
    expect(await findingsOf(between)).toEqual([
      ['inserted', 3],
      ['reordered', 4],
    ])
  })

  it('should show that the last events were cut off, also after the log went on', async () => {
    const person = await workspaceWith(5)
    await remove(person, { greater_than: 4 })
    expect(await findingsOf(person)).toEqual([['truncated', 5, 6]])
    await appendAuditEvent({ payload: server.payload, ...eventOf(person.tenant) })
    expect(await findingsOf(person)).toEqual([['deleted', 5, 6]])

    const other = await workspaceWith(3)
    await remove(other, { greater_than: 2 })
    await forgetEnds()
    await appendAuditEvent({ payload: server.payload, ...eventOf(other.tenant) })
    expect(await findingsOf(other)).toEqual([['deleted', 3, 4]])
  })

  it('should show a head that was set back to hide what was cut off', async () => {
    const person = await workspaceWith(4)
    const [, , third] = await rowsOf(person)
    await remove(person, { greater_than: 3 })
    await server.payload.db.updateOne({
      collection: AUDIT_HEADS,
      where: headOf(person),
      data: { sequence: 3, hash: third?.hash },
    })
    expect(await findingsOf(person)).toEqual([['forged-head', 3]])
    await forgetEnds()
    await appendAuditEvent({ payload: server.payload, ...eventOf(person.tenant) })
    expect(await findingsOf(person)).toEqual([['forged-head', 4]])
  })

  it('should show that the head, or the whole log, is gone, also after the log went on', async () => {
    const person = await workspaceWith(2)
    await server.payload.db.deleteMany({ collection: AUDIT_HEADS, where: headOf(person) })
    expect(await findingsOf(person)).toEqual([['missing-head', 3]])
    await remove(person, { greater_than: 0 })
    expect(await findingsOf(person)).toEqual([['missing-head', 0]])
    await forgetEnds()
    await appendAuditEvent({ payload: server.payload, ...eventOf(person.tenant) })
    expect(await findingsOf(person)).toEqual([['missing-head', 1]])
    expect((await rowsOf(person)).map(({ action }) => action)).toEqual(['log.broken', 'key.tested'])
  })

  it("should show a tenant's event that was copied into another tenant's log", async () => {
    const [ada, eve] = [await workspaceWith(2), await workspaceWith(1)]
    const { id, ...row } = (await rowsOf(ada))[2] as Stored
    await server.payload.db.create({ collection: AUDIT_LOG, data: { ...row, tenant: eve.tenant.id } })
    expect((await findingsOf(eve)).map(([, sequence]) => sequence)).toEqual([3])
    expect(await findingsOf(ada)).toEqual([])
  })

  it('should take a crash between the events and the head for what it is, and the next event heals it', async () => {
    const person = await workspaceWith(2)
    const head = await server.payload.db.findOne<Stored>({ collection: AUDIT_HEADS, where: headOf(person) })
    const { sequence, hash, seal } = head as Stored
    for (const version of [7, 8])
      await appendAuditEvent({ payload: server.payload, ...eventOf(person.tenant, { version }) })
    await server.payload.db.updateOne({
      collection: AUDIT_HEADS,
      where: headOf(person),
      data: { sequence, hash, seal },
    })
    expect(await findingsOf(person)).toEqual([])
    await forgetEnds()
    await appendAuditEvent({ payload: server.payload, ...eventOf(person.tenant) })
    expect(await findingsOf(person)).toEqual([])
    const healed = await server.payload.db.findOne<Stored>({ collection: AUDIT_HEADS, where: headOf(person) })
    expect(healed).toMatchObject({ sequence: 6, hash: (await rowsOf(person)).at(-1)?.hash })
  })

  it('should look at every tenant, and at none that is gone', async () => {
    const [ada, eve] = [await workspaceWith(1), await workspaceWith(1)]
    await tamper(eve, 2, { result: 'failed' })
    const { problems } = await verifyAuditLog({ payload: server.payload })
    expect(problems).toContainEqual(
      expect.objectContaining({ tenant: String(eve.tenant.id), kind: 'edited', sequence: 2 }),
    )
    expect(problems.filter(({ tenant }) => tenant === String(ada.tenant.id))).toEqual([])

    const admin = await addPlatformAdmin(server)
    noteAuditEvent({ payload: server.payload, ...eventOf(eve.tenant) })
    const response = await fetch(`${server.url}/api/tenants/${eve.tenant.id}`, {
      method: 'DELETE',
      headers: admin.headers,
    })
    expect(response.status).toBe(200)
    await flushAuditLog(server.payload)
    const after = await verifyAuditLog({ payload: server.payload })
    expect(after.problems.filter(({ tenant }) => tenant === String(eve.tenant.id) || tenant === '')).toEqual([])
    expect(await server.payload.db.findOne({ collection: AUDIT_HEADS, where: headOf(eve) })).toBeFalsy()
    expect(await rowsOf(eve)).toEqual([])
  })
})
