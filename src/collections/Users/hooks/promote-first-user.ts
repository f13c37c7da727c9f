import type { CollectionAfterChangeHook, CollectionBeforeChangeHook, PayloadRequest } from 'payload'
import { createWorkspace } from '../../Tenants/create-workspace.ts'
import { USERS } from '../../slugs.ts'

/**
 * The person who sets the platform up in the admin panel becomes its first platform admin. Payload opens that way in
 * only while there is no user at all; signing up never makes an admin.
 */
export const promoteFirstUser: CollectionBeforeChangeHook = ({ data, operation, req }) =>
  isFirstRegister({ operation, req }) ? { ...data, role: 'admin', memberships: [] } : data

/** Whoever sets the platform up can work in it at once: they own a workspace, as everybody who signs up does. */
export const giveFirstUserWorkspace: CollectionAfterChangeHook = async ({ doc, operation, req }) => {
  if (!isFirstRegister({ operation, req })) return doc
  const name = doc.name || String(doc.email).split('@')[0]
  const { id } = await createWorkspace({ payload: req.payload, name: `${name}'s workspace` })
  const memberships = [{ tenant: id, role: 'owner' }]
  await req.payload.update({ collection: USERS, id: doc.id, overrideAccess: true, depth: 0, data: { memberships } })
  return { ...doc, memberships }
}

const isFirstRegister = ({ operation, req }: { operation: string; req: PayloadRequest }): boolean =>
  operation === 'create' && req.payloadAPI === 'REST' && Boolean(req.pathname?.endsWith('/users/first-register'))
