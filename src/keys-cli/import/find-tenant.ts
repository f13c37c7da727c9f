import type { Payload } from 'payload'
import { idOf } from '../../access/index.ts'
import type { DocumentId } from '../../access/index.ts'
import { TENANTS, USERS } from '../../collections/slugs.ts'
import { toTenantId } from '../../vault/key-record.ts'

export type FoundTenant = { id: DocumentId; slug: string }
type TenantRow = FoundTenant
type UserRow = { id: DocumentId; memberships?: { tenant?: unknown; role?: string }[] | null }

/**
 * The workspace that a name means: its id, its slug, or the e-mail address of its owner.
 * @returns why there is none, where there is none
 */
export async function findTenant(payload: Payload, name: string): Promise<FoundTenant | { fault: string }> {
  if (name.includes('@')) return findByOwner(payload, name.toLowerCase())
  const id = toTenantId(payload, name)
  const byId = id === undefined ? undefined : await findOne(payload, 'id', id)
  return byId ?? (await findOne(payload, 'slug', name)) ?? { fault: 'there is no such workspace' }
}

async function findOne(payload: Payload, field: 'id' | 'slug', value: DocumentId): Promise<TenantRow | undefined> {
  const row = await payload.db.findOne<TenantRow>({ collection: TENANTS, where: { [field]: { equals: value } } })
  return row ? { id: row.id, slug: row.slug } : undefined
}

async function findByOwner(payload: Payload, email: string): Promise<FoundTenant | { fault: string }> {
  const user = await payload.db.findOne<UserRow>({ collection: USERS, where: { email: { equals: email } } })
  if (!user) return { fault: 'nobody has this e-mail address' }
  const owned = (user.memberships ?? []).flatMap(({ tenant, role }) => (role === 'owner' ? (idOf(tenant) ?? []) : []))
  const [only] = owned
  if (only === undefined) return { fault: 'this person owns no workspace' }
  if (owned.length > 1) return { fault: 'this person owns several workspaces: name one by its id or slug' }
  return (await findOne(payload, 'id', only)) ?? { fault: 'there is no such workspace' }
}
