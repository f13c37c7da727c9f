import type { Payload } from 'payload'
import type { DocumentId } from '../access/membership.ts'
import { compositionOf } from '../composition.ts'
import { deleteRows } from './audit-rows.ts'

/** Removes a tenant's audit log with its head: for the deletion of the tenant itself. */
export async function removeAuditLog({ payload, tenant }: { payload: Payload; tenant: DocumentId }): Promise<void> {
  compositionOf(payload).audit.ends.delete(String(tenant))
  await deleteRows({ payload, tenant: String(tenant), tenantId: tenant })
}
