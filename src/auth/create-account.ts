import { ValidationError } from 'payload'
import type { Payload } from 'payload'
import type { DocumentId } from '../access/index.ts'
import { TENANTS, USERS } from '../collections/slugs.ts'
import { createWorkspace } from '../collections/Tenants/create-workspace.ts'
import type { Workspace } from '../collections/Tenants/create-workspace.ts'
import { ApiError } from '../rest/api-error.ts'

export type NewAccount = { email: string; password: string; name: string }
export type Account = { user: { id: DocumentId; email: string }; tenant: Workspace }

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
