import { APIError } from 'payload'
import type { CollectionBeforeChangeHook, CollectionBeforeDeleteHook, PayloadRequest } from 'payload'
import type { DocumentId } from '../../../access/index.ts'
import { USERS } from '../../slugs.ts'

/** A platform without an admin has no way back but its environment. */
export const keepLastPlatformAdmin: CollectionBeforeChangeHook = async ({ data, operation, originalDoc, req }) => {
  const isDemoted =
    operation === 'update' && originalDoc?.role === 'admin' && data.role !== undefined && data.role !== 'admin'
  if (isDemoted) await refuseWithoutOther({ req, id: originalDoc.id })
  return data
}

export const keepLastPlatformAdminOnDelete: CollectionBeforeDeleteHook = async ({ id, req }) => {
  const { docs } = await req.payload.find({
    collection: USERS,
    overrideAccess: true,
    depth: 0,
    limit: 1,
    where: { id: { equals: id }, role: { equals: 'admin' } },
  })
  if (docs.length > 0) await refuseWithoutOther({ req, id })
}

async function refuseWithoutOther({ req, id }: { req: PayloadRequest; id: DocumentId }): Promise<void> {
  const { totalDocs } = await req.payload.count({
    collection: USERS,
    overrideAccess: true,
    where: { id: { not_equals: id }, role: { equals: 'admin' } },
  })
  if (totalDocs === 0) {
    throw new APIError('This is the last platform admin. Make somebody else one first.', 409, undefined, true)
  }
}
