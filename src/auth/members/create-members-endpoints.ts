import type { Endpoint, PayloadRequest } from 'payload'
import { z } from 'zod'
import { TENANT_ROLES, isSameId, personIdOf, resolveTenant } from '../../access/index.ts'
import type { DocumentId, ResolvedTenant } from '../../access/index.ts'
import { appendAuditEvent } from '../../audit/append-audit-event.ts'
import { USERS } from '../../collections/slugs.ts'
import { ApiError, notFound } from '../../rest/api-error.ts'
import { defineEndpoint, json, readBody } from '../../rest/define-endpoint.ts'
import { createTurnstile } from './create-turnstile.ts'
import { findMembers, findUserByEmail, setMembership } from './membership-store.ts'
import type { Member } from './membership-store.ts'

const roleSchema = z.enum(TENANT_ROLES, `one of ${TENANT_ROLES.join(', ')}`)
const addSchema = z.object({ email: z.string().trim().pipe(z.email('an e-mail address')), role: roleSchema })
const changeSchema = z.object({ role: roleSchema })

/**
 * `GET` and `POST /api/members`, `PATCH` and `DELETE /api/members/:id`: an owner's say over who belongs to their
 * tenant. Everybody may leave; the last owner may not. `:id` is the user's. Changes go one after the other, because
 * each reads the memberships that it writes.
 */
export function createMembersEndpoints(): Endpoint[] {
  const inTurn = createTurnstile()
  return [
    defineEndpoint({
      path: '/members',
      method: 'get',
      async handler(req) {
        const tenant = await resolveTenant(req)
        requireOwner(tenant)
        return { docs: await findMembers({ payload: req.payload, tenant: tenant.id }) }
      },
    }),
    defineEndpoint({ path: '/members', method: 'post', handler: (req) => inTurn(() => addMember(req)) }),
    defineEndpoint({ path: '/members/:id', method: 'patch', handler: (req) => inTurn(() => changeMember(req)) }),
    defineEndpoint({ path: '/members/:id', method: 'delete', handler: (req) => inTurn(() => removeMember(req)) }),
  ]
}

async function addMember(req: PayloadRequest): Promise<Response> {
  const tenant = await resolveTenant(req)
  requireOwner(tenant)
  const { email, role } = await readBody(req, addSchema)
  const user = await findUserByEmail({ payload: req.payload, email })
  if (user === undefined) {
    throw new ApiError({
      status: 404,
      code: 'user_not_found',
      message: 'Nobody has an account with this e-mail address yet. Ask them to sign up first.',
    })
  }
  const members = await findMembers({ payload: req.payload, tenant: tenant.id })
  if (members.some(({ id }) => isSameId(id, user))) {
    throw new ApiError({ status: 409, code: 'already_member', message: 'This person is a member already.' })
  }
  const doc = await setMembership({ payload: req.payload, user, tenant: tenant.id, role })
  await audit({ req, tenant, action: 'member.added', user, details: { role } })
  return json(201, { doc })
}

async function changeMember(req: PayloadRequest): Promise<{ doc: Member | undefined }> {
  const tenant = await resolveTenant(req)
  requireOwner(tenant)
  const { role } = await readBody(req, changeSchema)
  const { member, isLastOwner } = await findMember({ req, tenant })
  if (isLastOwner && role !== 'owner') throw lastOwner()
  const doc = await setMembership({ payload: req.payload, user: member.id, tenant: tenant.id, role })
  await audit({ req, tenant, action: 'member.role-changed', user: member.id, details: { from: member.role, to: role } })
  return { doc }
}

async function removeMember(req: PayloadRequest): Promise<{ doc: Member }> {
  const tenant = await resolveTenant(req)
  const isLeaving = isSameId(personIdOf(req.user), String(req.routeParams?.id))
  if (!isLeaving) requireOwner(tenant)
  const { member, isLastOwner } = await findMember({ req, tenant })
  if (isLastOwner) throw lastOwner()
  await setMembership({ payload: req.payload, user: member.id, tenant: tenant.id, role: undefined })
  await audit({ req, tenant, action: 'member.removed', user: member.id, details: { role: member.role } })
  return { doc: member }
}

async function findMember({
  req,
  tenant,
}: {
  req: PayloadRequest
  tenant: ResolvedTenant
}): Promise<{ member: Member; isLastOwner: boolean }> {
  const members = await findMembers({ payload: req.payload, tenant: tenant.id })
  const member = members.find(({ id }) => isSameId(id, String(req.routeParams?.id)))
  if (!member) throw notFound()
  const owners = members.filter(({ role }) => role === 'owner')
  return { member, isLastOwner: member.role === 'owner' && owners.length === 1 }
}

function requireOwner({ role }: ResolvedTenant): void {
  if (role === 'owner' || role === 'platform-admin') return
  throw new ApiError({ status: 403, code: 'owner_only', message: 'Only an owner of the workspace may do this.' })
}

const lastOwner = (): ApiError =>
  new ApiError({
    status: 409,
    code: 'last_owner',
    message: 'This is the last owner of the workspace. Make somebody else an owner first.',
  })

type AuditOptions = {
  req: PayloadRequest
  tenant: ResolvedTenant
  action: string
  user: DocumentId
  details: Record<string, unknown>
}

const audit = ({ req, tenant, action, user, details }: AuditOptions): Promise<void> =>
  appendAuditEvent({
    payload: req.payload,
    tenant: tenant.id,
    actor: req.user ?? 'system',
    action,
    subject: { collection: USERS, id: user },
    result: 'ok',
    details,
  })
