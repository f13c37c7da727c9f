import type { Payload } from 'payload'
import type { DocumentId } from '../access/index.ts'
import { USERS } from '../collections/slugs.ts'
import type { Environment } from '../env/index.ts'

/**
 * Makes the platform admin that `ADMIN_EMAIL` and `ADMIN_PASSWORD` name, if there is no platform admin yet. Does
 * nothing without them, or with an admin already there. Safe to run at every start, and on several nodes at once.
 *
 * A person who signed up with that address becomes the admin only if the password is theirs: whoever took the address
 * first must not be handed the platform.
 * @returns what was done: `kept` (nothing), `created`, `promoted`, or `refused` for an address that is somebody else's
 */
export async function ensureFirstAdmin({
  payload,
  environment: { admin },
}: {
  payload: Payload
  environment: Pick<Environment, 'admin'>
}): Promise<'kept' | 'created' | 'promoted' | 'refused'> {
  if (!admin || (await hasAdmin(payload))) return 'kept'
  const email = admin.email.toLowerCase()
  const existing = await findUser({ payload, email })
  if (existing === undefined) return createAdmin({ payload, admin: { ...admin, email } })
  if (!(await isPasswordOf({ payload, email, password: admin.password }))) {
    payload.logger.warn({
      msg: 'ADMIN_EMAIL is the address of somebody who signed up with another password, so there is no platform admin. Use another address, or the password of that account.',
    })
    return 'refused'
  }
  await payload.update({ collection: USERS, id: existing, overrideAccess: true, depth: 0, data: { role: 'admin' } })
  payload.logger.info({ msg: 'The account of ADMIN_EMAIL is the first platform admin' })
  return 'promoted'
}

async function createAdmin({
  payload,
  admin,
}: {
  payload: Payload
  admin: { email: string; password: string }
}): Promise<'kept' | 'created'> {
  try {
    await payload.create({
      collection: USERS,
      overrideAccess: true,
      depth: 0,
      data: { ...admin, name: 'Platform admin', role: 'admin', memberships: [] },
    })
  } catch (error) {
    // Another node was faster.
    if (await hasAdmin(payload)) return 'kept'
    throw error
  }
  payload.logger.info({ msg: 'Made the first platform admin from ADMIN_EMAIL' })
  return 'created'
}

async function hasAdmin(payload: Payload): Promise<boolean> {
  const { totalDocs } = await payload.count({
    collection: USERS,
    overrideAccess: true,
    where: { role: { equals: 'admin' } },
  })
  return totalDocs > 0
}

async function findUser({ payload, email }: { payload: Payload; email: string }): Promise<DocumentId | undefined> {
  const { docs } = await payload.find({
    collection: USERS,
    overrideAccess: true,
    depth: 0,
    limit: 1,
    where: { email: { equals: email } },
  })
  return docs[0]?.id
}

async function isPasswordOf({
  payload,
  email,
  password,
}: {
  payload: Payload
  email: string
  password: string
}): Promise<boolean> {
  try {
    await payload.login({ collection: USERS, overrideAccess: true, depth: 0, data: { email, password } })
    return true
  } catch {
    return false
  }
}
