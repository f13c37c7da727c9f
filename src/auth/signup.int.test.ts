import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import request from 'supertest'
import { AUDIT_LOG, TENANTS, USERS } from '../collections/slugs.ts'
import { bootTestServer } from '../testing/boot.ts'
import type { TestServer } from '../testing/boot.ts'

const PASSWORD = 'correct horse battery'

describe('POST /api/auth/signup', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await bootTestServer()
  })
  afterAll(() => server.close())

  const signUp = (body: object) => request(server.url).post('/api/auth/signup').send(body)
  const countOf = async (collection: string) =>
    (await server.payload.count({ collection, overrideAccess: true })).totalDocs

  it('should make a user who owns a workspace of their own, and sign them in', async () => {
    const { body, headers } = await signUp({ email: ' Ada@Example.com ', password: PASSWORD, name: 'Ada' }).expect(201)
    expect(body.tenant).toEqual({ id: expect.anything(), name: "Ada's workspace", slug: 'adas-workspace' })
    expect(body.user).toMatchObject({ email: 'ada@example.com', name: 'Ada', role: 'user' })
    expect(body.user.memberships).toEqual([expect.objectContaining({ tenant: body.tenant.id, role: 'owner' })])
    expect(JSON.stringify(body)).not.toMatch(/hash|salt|sessions|apiKey/)
    expect(headers['cache-control']).toBe('no-store')
    expect(headers['set-cookie']?.[0]).toMatch(/^payload-token=.+; HttpOnly(=true)?; SameSite=Lax$/)

    const me = await request(server.url).get('/api/users/me').set('Authorization', `JWT ${body.token}`).expect(200)
    expect(me.body.user.email).toBe('ada@example.com')
    const bearer = await request(server.url).get('/api/tenants').set('Authorization', `Bearer ${body.token}`)
    expect(bearer.body.docs.map(({ id }: { id: unknown }) => id)).toEqual([body.tenant.id])
  })

  it('should keep the memberships out of the session token', async () => {
    const { body } = await signUp({ email: 'token@example.com', password: PASSWORD, name: 'T' }).expect(201)
    const claims = JSON.parse(Buffer.from(String(body.token).split('.')[1] ?? '', 'base64url').toString())
    expect(Object.keys(claims).sort()).toEqual(['collection', 'email', 'exp', 'iat', 'id', 'sid'])
  })

  it('should give people of the same name workspaces with slugs of their own, at the same time too', async () => {
    const answers = await Promise.all(
      ['one', 'two', 'three'].map((who) => signUp({ email: `${who}@same.example`, password: PASSWORD, name: 'Sam' })),
    )
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201])
    expect(new Set(answers.map(({ body }) => body.tenant.slug)).size).toBe(3)
  })

  it('should refuse an address that has an account, whatever its capitals, and leave nothing behind', async () => {
    await signUp({ email: 'taken@example.com', password: PASSWORD, name: 'First' }).expect(201)
    const tenants = await countOf(TENANTS)
    const { body } = await signUp({ email: 'Taken@Example.com', password: PASSWORD, name: 'Second' }).expect(409)
    expect(body).toEqual({ error: expect.stringMatching(/sign in/i), code: 'email_taken' })
    expect(await countOf(TENANTS)).toBe(tenants)
  })

  it('should make one account of two requests for the same address at once', async () => {
    const [users, tenants] = [await countOf(USERS), await countOf(TENANTS)]
    const body = { email: 'twice@example.com', password: PASSWORD, name: 'Twice' }
    const answers = await Promise.all([signUp(body), signUp(body), signUp(body)])
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409])
    expect([await countOf(USERS), await countOf(TENANTS)]).toEqual([users + 1, tenants + 1])
  })

  it.each([
    [{ email: 'no-address', password: PASSWORD, name: 'X' }, 'email'],
    [{ email: 'x@example.com', password: 'short', name: 'X' }, 'password'],
    [{ email: 'x@example.com', password: 'aaaaaaaaaaaa', name: 'X' }, 'password'],
    [{ email: 'x@example.com', password: 'x1'.repeat(200), name: 'X' }, 'password'],
    [{ email: 'x@example.com', password: PASSWORD, name: '  ' }, 'name'],
    [{ email: { like: '%' }, password: PASSWORD, name: 'X' }, 'email'],
    [{}, 'email'],
  ])('should say which field is wrong in %j', async (body, field) => {
    const answer = await signUp(body).expect(400)
    expect(answer.body.code).toBe('invalid_input')
    expect(answer.body.fields.map((entry: { field: string }) => entry.field)).toContain(field)
    expect(JSON.stringify(answer.body)).not.toContain(PASSWORD)
  })

  it('should take no role, tenant or membership from the body', async () => {
    const { body } = await signUp({
      email: 'eve@example.com',
      password: PASSWORD,
      name: 'Eve',
      role: 'admin',
      memberships: [{ tenant: 1, role: 'owner' }],
      apiKey: 'mine',
      enableAPIKey: true,
    }).expect(201)
    expect(body.user.role).toBe('user')
    expect(body.user.memberships).toHaveLength(1)
    expect(body.user.memberships[0].tenant).toBe(body.tenant.id)
  })

  it('should let a failed attempt be repeated', async () => {
    const tenants = await countOf(TENANTS)
    const create = server.payload.db.create
    server.payload.db.create = async (args) => {
      if (args.collection === USERS) throw new Error('the database went away')
      return create(args)
    }
    const body = { email: 'again@example.com', password: PASSWORD, name: 'Again' }
    try {
      await signUp(body).expect(500)
    } finally {
      server.payload.db.create = create
    }
    expect(await countOf(TENANTS)).toBe(tenants)
    await signUp(body).expect(201)
  })

  it('should note the new workspace in its audit log', async () => {
    const { body } = await signUp({ email: 'audited@example.com', password: PASSWORD, name: 'Au' }).expect(201)
    const { docs } = await server.payload.find({
      collection: AUDIT_LOG,
      overrideAccess: true,
      where: { tenant: { equals: body.tenant.id } },
    })
    expect(docs).toEqual([expect.objectContaining({ action: 'tenant.created', actorName: 'audited@example.com' })])
  })
})

describe.each(['invite', 'closed'] as const)('POST /api/auth/signup with SIGNUP=%s', (signup) => {
  let server: TestServer
  beforeAll(async () => {
    server = await bootTestServer({ signup })
  })
  afterAll(() => server.close())

  it('should say that it is not open', async () => {
    const { body } = await request(server.url)
      .post('/api/auth/signup')
      .send({ email: 'ada@example.com', password: PASSWORD, name: 'Ada' })
      .expect(403)
    expect(body).toEqual({ error: expect.stringMatching(/^New accounts .+\.$/), code: 'signup_closed' })
  })
})

describe('POST /api/auth/signup in a deployment', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await bootTestServer({ isDeployment: true, deployEnv: 'test', publicUrl: 'https://voice.example.com' })
  })
  afterAll(() => server.close())

  it('should set a cookie for https alone', async () => {
    const { headers } = await request(server.url)
      .post('/api/auth/signup')
      .set('X-Forwarded-For', '198.51.100.1')
      .send({ email: 'ada@example.com', password: PASSWORD, name: 'Ada' })
      .expect(201)
    expect(headers['set-cookie']?.[0]).toMatch(/; Secure/)
  })

  it('should stop one address that tries too often, and no other', async () => {
    const attempt = (forwardedFor: string) =>
      request(server.url).post('/api/auth/signup').set('X-Forwarded-For', forwardedFor).send({})
    for (let index = 0; index < 20; index += 1) await attempt(`10.0.0.${index}, 203.0.113.9`).expect(400)
    const { body } = await attempt('10.9.9.9, 203.0.113.9').expect(429)
    expect(body).toMatchObject({ code: 'too_many_attempts', retryAfterSeconds: expect.any(Number) })
    await attempt('203.0.113.10').expect(400)
  })
})
