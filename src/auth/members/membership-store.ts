import type { Payload } from 'payload'
import { idOf, isSameId } from '../../access/index.ts'
import type { DocumentId, TenantRole } from '../../access/index.ts'
import { USERS } from '../../collections/slugs.ts'

/** A member as the other members may see them: nothing of their other workspaces. */
export type Member = { id: DocumentId; email: string; name?: string; role: TenantRole }

type MembershipRow = { id?: string; tenant: DocumentId | { id: DocumentId }; role: TenantRole }
type UserDocument = { id: DocumentId; email: string; name?: string | null; memberships?: MembershipRow[] | null }

/** Everybody who belongs to a tenant, owners first, then by e-mail address. */
export async function findMembers({ payload, tenant }: { payload: Payload; tenant: DocumentId }): Promise<Member[]> {
  const { docs } = await payload.find({
    collection: USERS,
    overrideAccess: true,
    depth: 0,
    pagination: false,
    sort: 'email',
    where: { 'memberships.tenant': { equals: tenant } },
  })
  const members = (docs as unknown as UserDocument[]).flatMap((user) => toMember(user, tenant) ?? [])
  return [...members.filter(({ role }) => role === 'owner'), ...members.filter(({ role }) => role !== 'owner')]
}

/** The account with an e-mail address. */
export async function findUserByEmail({
  payload,
  email,
}: {
  payload: Payload
  email: string
}): Promise<DocumentId | undefined> {
  const { docs } = await payload.find({
    collection: USERS,
    overrideAccess: true,
    depth: 0,
    limit: 1,
    where: { email: { equals: email.toLowerCase() } },
  })
  return docs[0]?.id
}

type SetMembershipOptions = {
  payload: Payload
  user: DocumentId
  tenant: DocumentId
  /** Undefined takes the membership away. */
  role: TenantRole | undefined
}

/** Gives a user a role in a tenant, or takes it; leaves their other memberships as they are. */
export async function setMembership({
  payload,
  user,
  tenant,
  role,
}: SetMembershipOptions): Promise<Member | undefined> {
  const document = (await payload.findByID({
    collection: USERS,
    id: user,
    overrideAccess: true,
    depth: 0,
  })) as unknown as UserDocument
  const others = (document.memberships ?? []).filter((row) => !isSameId(idOf(row.tenant), tenant))
  const memberships = role === undefined ? others : [...others, { tenant, role }]
  await payload.update({ collection: USERS, id: user, overrideAccess: true, depth: 0, data: { memberships } })
  return toMember({ ...document, memberships }, tenant)
}

function toMember({ id, email, name, memberships }: UserDocument, tenant: DocumentId): Member | undefined {
  const row = memberships?.find((membership) => isSameId(idOf(membership.tenant), tenant))
  return row && { id, email, name: name ?? undefined, role: row.role }
}
