import type { CollectionBeforeOperationHook } from 'payload'
import { AGENTS } from '../../slugs.ts'

/**
 * A change that does not say whether it is meant for live calls, to an agent that is live and has an unpublished draft,
 * goes into that draft. Payload would merge it with the draft and take the agent offline.
 */
export const keepLiveWhileDraftPending: CollectionBeforeOperationHook = async ({ args, operation, req }) => {
  const isUpdate = operation === 'update' || operation === 'updateByID'
  if (!isUpdate || !('id' in args) || !('data' in args) || args.draft) return args
  const { id, data } = args
  if (id === undefined || data._status !== undefined) return args

  // What is there decides only where a write goes that access control has still to allow.
  const query = { collection: AGENTS, overrideAccess: true, depth: 0, limit: 1, pagination: false, req } as const
  const live = await req.payload.find({
    ...query,
    where: { and: [{ id: { equals: id } }, { _status: { equals: 'published' } }] },
    select: { _status: true },
  })
  if (live.docs.length === 0) return args
  const pending = await req.payload.findVersions({
    ...query,
    where: {
      and: [{ parent: { equals: id } }, { latest: { equals: true } }, { 'version._status': { equals: 'draft' } }],
    },
    select: { updatedAt: true },
  })
  return pending.docs.length > 0 ? { ...args, draft: true } : args
}
