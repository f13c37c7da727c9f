import type { CollectionAfterDeleteHook, Payload } from 'payload'
import type { DocumentId } from '../access/membership.ts'
import { AUDIT_HEADS, PROVIDER_KEYS } from '../collections/slugs.ts'
import { destroyDataKeys } from './data-keys.ts'
import { destroySecretsOfTenant } from './secret-rows.ts'

/** Destroys a tenant's data keys, what was planted with the first of them, its ciphertexts and the rows that name them. */
export async function destroyTenantSecrets({
  payload,
  tenant,
}: {
  payload: Payload
  tenant: DocumentId
}): Promise<void> {
  await destroyDataKeys({ payload, tenant: String(tenant) })
  await destroySecretsOfTenant({ payload, tenant: String(tenant) })
  await payload.db.deleteMany({ collection: AUDIT_HEADS, where: { tenant: { equals: String(tenant) } } })
  await payload.db.deleteMany({ collection: PROVIDER_KEYS, where: { tenant: { equals: tenant } } })
}

/** Hook of the tenants collection: with a tenant goes its data key, and with that every copy of its secrets. */
export const destroyTenantKeys: CollectionAfterDeleteHook = async ({ id, req: { payload } }) => {
  await destroyTenantSecrets({ payload, tenant: id })
}
