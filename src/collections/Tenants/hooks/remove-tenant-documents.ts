import type { CollectionBeforeDeleteHook, Payload } from 'payload'
import { idOf, isSameId } from '../../../access/index.ts'
import type { DocumentId } from '../../../access/index.ts'
import { removeAuditLog } from '../../../audit/index.ts'
import { AUDIT_HEADS, AUDIT_LOG, TENANTS, USERS } from '../../slugs.ts'

/**
 * Empties a tenant before it goes: first everybody's membership, so that nobody works in it any more, then every
 * document that names it. Before and not after, because a deletion that was cut short can then be asked for again, and
 * because SQLite forgets which documents named a tenant that is gone.
 */
export const removeTenantDocuments: CollectionBeforeDeleteHook = async ({ id, req: { payload } }) => {
  await removeMemberships({ payload, tenant: id })
  for (const { slug, isText } of collectionsOfTenants(payload)) {
    const { errors } = await payload.delete({
      collection: slug,
      overrideAccess: true,
      depth: 0,
      where: { tenant: { equals: isText ? String(id) : id } },
    })
    if (errors.length > 0)
      throw new Error(`${errors.length} documents of ${slug} could not be deleted with their tenant`)
  }
  await removeAuditLog({ payload, tenant: id })
}

/** Refuse every deletion through Payload. */
const AUDIT_COLLECTIONS: readonly string[] = [AUDIT_LOG, AUDIT_HEADS]

/** Every other collection whose documents say which tenant they belong to, whoever brought the collection. The vault keeps it as text. */
const collectionsOfTenants = (payload: Payload): { slug: string; isText: boolean }[] =>
  payload.config.collections.flatMap(({ slug, flattenedFields }) => {
    const field = flattenedFields.find(({ name }) => name === 'tenant')
    if (AUDIT_COLLECTIONS.includes(slug)) return []
    if (field?.type === 'text') return { slug, isText: true }
    return field?.type === 'relationship' && field.relationTo === TENANTS ? { slug, isText: false } : []
  })

async function removeMemberships({ payload, tenant }: { payload: Payload; tenant: DocumentId }): Promise<void> {
  const { docs } = await payload.find({
    collection: USERS,
    overrideAccess: true,
    depth: 0,
    pagination: false,
    where: { 'memberships.tenant': { equals: tenant } },
  })
  for (const { id, memberships } of docs as { id: DocumentId; memberships?: { tenant: unknown }[] }[]) {
    await payload.update({
      collection: USERS,
      id,
      overrideAccess: true,
      depth: 0,
      data: { memberships: (memberships ?? []).filter((row) => !isSameId(idOf(row.tenant), tenant)) },
    })
  }
}
