import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import request from 'supertest'
import { USERS } from '../../collections/slugs.ts'
import { bootTestServer } from '../../testing/boot.ts'
import type { TestServer } from '../../testing/boot.ts'
import { addPerson, addPlatformAdmin, signUp } from '../../testing/people.ts'
import type { TestPerson } from '../../testing/people.ts'

describe('/api/members', () => {
  let server: TestServer
  let owner: TestPerson
  beforeAll(async () => {
    server = await bootTestServer()
  })
  afterAll(() => server.close())

  type Caller = Pick<TestPerson, 'headers'>
  const list = (who: Caller) => request(server.url).get('/api/members').set(who.headers)
  const add = (who: Caller, body: object) => request(server.url).post('/api/members').set(who.headers).send(body)
  const change = (who: Caller, id: unknown, body: object) =>
    request(server.url).patch(`/api/members/${id}`).set(who.headers).send(body)
  const remove = (who: Caller, id: unknown) => request(server.url).delete(`/api/members/${id}`).set(who.headers)
  const membershipsOf = async (id: TestPerson['id']) => {
    const user = await server.payload.findByID({ collection: USERS, id, overrideAccess: true, depth: 0 })
    return (user.memberships as { tenant: unknown; role: string }[]).map(({ tenant, role }) => ({ tenant, role }))
  }

  it('should let an owner add somebody, change their role and remove them, and touch nothing else of theirs', async () => {
    owner = await signUp(server)
    const guest = await signUp(server, 'Grace')
    const { body } = await add(owner, { email: guest.email.toUpperCase(), role: 'viewer' }).expect(201)
    expect(body.doc).toEqual({ id: guest.id, email: guest.email, name: 'Grace', role: 'viewer' })
    expect(await membershipsOf(guest.id)).toEqual([
      { tenant: guest.tenant.id, role: 'owner' },
      { tenant: owner.tenant.id, role: 'viewer' },
    ])

    await change(owner, guest.id, { role: 'editor' }).expect(200)
    const members = (await list(owner).expect(200)).body.docs
    expect(members.map(({ id, role }: TestPerson & { role: string }) => ({ id, role }))).toEqual([
      { id: owner.id, role: 'owner' },
      { id: guest.id, role: 'editor' },
    ])

    await remove(owner, guest.id).expect(200)
    expect(await membershipsOf(guest.id)).toEqual([{ tenant: guest.tenant.id, role: 'owner' }])
    const { body: log } = await request(server.url).get('/api/audit-log?sort=createdAt').set(owner.headers).expect(200)
    expect(log.docs.map(({ action }: { action: string }) => action)).toEqual([
      'tenant.created',
      'member.added',
      'member.role-changed',
      'member.removed',
    ])
  })

  it('should keep an owner: the last one neither leaves nor steps down', async () => {
    const alone = await signUp(server)
    expect((await remove(alone, alone.id).expect(409)).body.code).toBe('last_owner')
    expect((await change(alone, alone.id, { role: 'viewer' }).expect(409)).body.code).toBe('last_owner')
    const second = await addPerson(server, { tenant: alone.tenant, role: 'owner' })
    const answers = await Promise.all([remove(alone, alone.id), remove(second, second.id)])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
  })

  it('should let a member leave, and only that', async () => {
    const boss = await signUp(server)
    const editor = await addPerson(server, { tenant: boss.tenant, role: 'editor' })
    const viewer = await addPerson(server, { tenant: boss.tenant, role: 'viewer' })
    for (const member of [editor, viewer]) {
      expect((await list(member).expect(403)).body.code).toBe('owner_only')
      await add(member, { email: owner.email, role: 'owner' }).expect(403)
      await change(member, member.id, { role: 'owner' }).expect(403)
      await remove(member, boss.id).expect(403)
    }
    await remove(editor, editor.id).expect(200)
    expect(await membershipsOf(editor.id)).toEqual([])
  })

  it('should not reach into another workspace', async () => {
    const other = await signUp(server)
    const theirs = await addPerson(server, { tenant: other.tenant, role: 'viewer' })
    await change(owner, theirs.id, { role: 'owner' }).expect(404)
    await remove(owner, theirs.id).expect(404)
    const forged = { headers: { ...owner.headers, 'X-Tenant': other.tenant.slug } }
    expect((await list(forged).expect(404)).body.code).toBe('not_found')
    await add(forged, { email: owner.email, role: 'owner' }).expect(404)
    const forgedById = { headers: { ...owner.headers, 'X-Tenant': String(other.tenant.id) } }
    await remove(forgedById, theirs.id).expect(404)
  })

  it('should ask a member of several workspaces which one they mean, by slug or id', async () => {
    const both = await signUp(server)
    const other = await signUp(server)
    await add(other, { email: both.email, role: 'owner' }).expect(201)
    expect((await list(both).expect(400)).body.code).toBe('tenant_required')
    for (const name of [other.tenant.slug, String(other.tenant.id)]) {
      const { body } = await list({ headers: { ...both.headers, ...{ 'X-Tenant': name } } }).expect(200)
      expect(body.docs).toHaveLength(2)
    }
    const selected = { ...both.headers, Cookie: `payload-tenant=${other.tenant.id}` }
    expect((await list({ headers: selected }).expect(200)).body.docs).toHaveLength(2)
  })

  it('should say what is wrong with a request', async () => {
    const boss = await signUp(server)
    expect((await add(boss, { email: 'nobody@example.com', role: 'viewer' }).expect(404)).body.code).toBe(
      'user_not_found',
    )
    expect((await add(boss, { email: boss.email, role: 'viewer' }).expect(409)).body.code).toBe('already_member')
    expect((await add(boss, { email: owner.email, role: 'admin' }).expect(400)).body.code).toBe('invalid_input')
    await request(server.url).get('/api/members').expect(401)
    await request(server.url).post('/api/members').send({ email: owner.email, role: 'owner' }).expect(401)
  })

  it('should let a platform admin manage the members of the workspace they name', async () => {
    const boss = await signUp(server)
    const admin = await addPlatformAdmin(server)
    await list(admin).expect(400)
    const named = { headers: { ...admin.headers, 'X-Tenant': boss.tenant.slug } }
    expect((await list(named).expect(200)).body.docs).toHaveLength(1)
  })
})
