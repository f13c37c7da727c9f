import type { CollectionBeforeChangeHook } from 'payload'

/**
 * The person who sets the platform up in the admin panel becomes its first platform admin. Payload opens that way in
 * only while there is no user at all; signing up never makes an admin.
 */
export const promoteFirstUser: CollectionBeforeChangeHook = ({ data, operation, req }) => {
  const isFirstRegister =
    operation === 'create' && req.payloadAPI === 'REST' && req.pathname?.endsWith('/first-register')
  return isFirstRegister ? { ...data, role: 'admin', memberships: [] } : data
}
