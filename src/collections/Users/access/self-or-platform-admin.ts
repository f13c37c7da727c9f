import type { Access } from 'payload'
import { isPlatformAdmin, personIdOf } from '../../../access/index.ts'

/** A person's own document; every document for platform admins. */
export const selfOrPlatformAdmin: Access = ({ req }) => {
  if (isPlatformAdmin(req.user)) return true
  const id = personIdOf(req.user)
  return id !== undefined && { id: { equals: id } }
}
