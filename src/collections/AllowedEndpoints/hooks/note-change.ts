import type { CollectionAfterChangeHook, CollectionAfterDeleteHook, PayloadRequest } from 'payload'
import type { DocumentId } from '../../../access/index.ts'
import { readAllowedEndpoints } from '../../../allowed-endpoints/index.ts'
import { noteAuditEvent } from '../../../audit/index.ts'
import { compositionOf } from '../../../composition.ts'
import { ALLOWED_ENDPOINTS, TENANTS } from '../../slugs.ts'

type EndpointDoc = { id: DocumentId; label?: string | null; address?: string | null }

/** A new or changed address holds at once. */
export const noteChange: CollectionAfterChangeHook = async ({ doc, previousDoc, operation, req }) => {
  await takeOver(req)
  const { id, label, address } = doc as EndpointDoc
  const former = (previousDoc as EndpointDoc | undefined)?.address
  const isMoved = operation === 'update' && former !== address
  await note({
    req,
    action: operation === 'create' ? 'endpoint.allowed' : 'endpoint.changed',
    id,
    details: { label, address, ...(isMoved ? { former } : {}) },
  })
  return doc
}

/** An address that is gone ends every request to it at once. */
export const noteWithdrawal: CollectionAfterDeleteHook = async ({ doc, req }) => {
  await takeOver(req)
  const { id, label, address } = doc as EndpointDoc
  await note({ req, action: 'endpoint.withdrawn', id, details: { label, address } })
}

const takeOver = async (req: PayloadRequest): Promise<void> => {
  const { payload } = req
  compositionOf(payload).allowedEndpoints.replace(await readAllowedEndpoints({ payload, req }))
}

type Note = { req: PayloadRequest; action: string; id: DocumentId; details: Record<string, unknown> }

/** Into the log of every workspace, since the list is offered to all of them. */
async function note({ req, action, id, details }: Note): Promise<void> {
  const { payload, user } = req
  payload.logger.info({ msg: action, endpointId: id, ...details })
  const { docs } = await payload.find({
    collection: TENANTS,
    pagination: false,
    depth: 0,
    overrideAccess: true,
    req,
    select: {},
  })
  for (const { id: tenant } of docs) {
    const subject = { collection: ALLOWED_ENDPOINTS, id }
    noteAuditEvent({ payload, tenant, actor: user ?? 'system', action, subject, result: 'ok', details })
  }
}
