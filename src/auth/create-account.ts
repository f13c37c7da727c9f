import { ValidationError } from 'payload'
import type { Payload } from 'payload'
import type { DocumentId } from '../access/index.ts'
import { TENANTS, USERS } from '../collections/slugs.ts'
import { findFreeSlug } from '../collections/Tenants/find-free-slug.ts'
import { ApiError } from '../rest/api-error.ts'

export type NewAccount = { email: string; password: string; name: string }
export type Workspace = { id: DocumentId; name: string; slug: string }
export type Account = { user: { id: DocumentId; email: string }; tenant: Workspace }

const SLUG_ATTEMPTS = 5

/**
 * Makes a user with a workspace of their own. The workspace comes first and the user, with the owner's membership in
 * the same write, second: a crash between the two leaves an empty workspace that stands in nobody's way, never a
 * person who can neither work nor sign up again.
 * @throws ApiError 409 `email_taken`
 */
export async function createAccount({ payload, account }: { payload: Payload; account: NewAccount }): Promise<Account> {
  const email = account.email.toLowerCase()
  if (await isTaken({ payload, email })) throw emailTaken()
  const tenant = await createWorkspace({ payload, name: `${account.name}'s workspace` })
  try {
    const { id } = await payload.create({
      collection: USERS,
      overrideAccess: true,
      depth: 0,
      data: { ...account, email, role: 'user', memberships: [{ tenant: tenant.id, role: 'owner' }] },
    })
    return { user: { id, email }, tenant }
  } catch (error) {
    await payload.delete({ collection: TENANTS, id: tenant.id, overrideAccess: true, depth: 0 })
    // Somebody else took the address in between: the unique index tells.
    if (isValidationError(error) && (await isTaken({ payload, email }))) throw emailTaken()
    throw error
  }
}

/** Makes a workspace with a slug of its own, asking again when somebody else takes the slug first. */
export async function createWorkspace({ payload, name }: { payload: Payload; name: string }): Promise<Workspace> {
  for (let attempt = 1; ; attempt += 1) {
    const slug = await findFreeSlug({ payload, name })
    try {
      const { id } = await payload.create({
        collection: TENANTS,
        overrideAccess: true,
        depth: 0,
        data: { name, slug },
      })
      return { id, name, slug }
    } catch (error) {
      if (!isValidationError(error) || attempt === SLUG_ATTEMPTS) throw error
    }
  }
}

async function isTaken({ payload, email }: { payload: Payload; email: string }): Promise<boolean> {
  const { totalDocs } = await payload.count({
    collection: USERS,
    overrideAccess: true,
    where: { email: { equals: email } },
  })
  return totalDocs > 0
}

const emailTaken = (): ApiError =>
  new ApiError({
    status: 409,
    code: 'email_taken',
    message: 'There is an account with this e-mail address already. Sign in, or use another address.',
  })

const isValidationError = (error: unknown): boolean => (error as { name?: string }).name === ValidationError.name
