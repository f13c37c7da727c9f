import { randomUUID } from 'node:crypto'
import request from 'supertest'
import type { DocumentId, TenantRole } from '../access/index.ts'
import { USERS } from '../collections/slugs.ts'
import type { TestServer } from './boot.ts'

export type TestPerson = {
  id: DocumentId
  email: string
  password: string
  /** Sends a session's token; for supertest's `.set()` and fetch's `headers`. */
  headers: { Authorization: string }
  /** The workspace of their own; of `addPerson`, the one they were added to. */
  tenant: { id: DocumentId; slug: string }
}

export const TEST_PASSWORD = 'correct horse battery'

/** Signs somebody up through the API: an owner with a workspace of their own. */
export async function signUp(server: TestServer, name = 'Ada'): Promise<TestPerson> {
  const email = `${name.toLowerCase().replace(/[^a-z]/g, '')}-${randomUUID()}@example.com`
  const { body } = await request(server.url)
    .post('/api/auth/signup')
    .send({ email, password: TEST_PASSWORD, name })
    .expect(201)
  return { id: body.user.id, email, password: TEST_PASSWORD, headers: toHeaders(body.token), tenant: body.tenant }
}

/** Makes a person with a role in somebody's workspace and no workspace of their own. */
export async function addPerson(
  server: TestServer,
  { tenant, role }: { tenant: TestPerson['tenant']; role: TenantRole },
): Promise<TestPerson> {
  const person = await createPerson(server, { memberships: [{ tenant: tenant.id, role }] })
  return { ...person, tenant }
}

/** Makes a platform admin without a workspace. */
export const addPlatformAdmin = (server: TestServer): Promise<Omit<TestPerson, 'tenant'>> =>
  createPerson(server, { role: 'admin' })

/** Makes a person who belongs to no workspace. */
export const addStranger = (server: TestServer): Promise<Omit<TestPerson, 'tenant'>> => createPerson(server, {})

async function createPerson(
  { payload }: TestServer,
  data: Record<string, unknown>,
): Promise<Omit<TestPerson, 'tenant'>> {
  const email = `person-${randomUUID()}@example.com`
  const credentials = { email, password: TEST_PASSWORD }
  const { id } = await payload.create({ collection: USERS, overrideAccess: true, data: { ...credentials, ...data } })
  const { token } = await payload.login({ collection: USERS, overrideAccess: true, data: credentials })
  return { id, ...credentials, headers: toHeaders(token ?? '') }
}

const toHeaders = (token: string) => ({ Authorization: `JWT ${token}` })
