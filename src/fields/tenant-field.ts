import { Forbidden, ValidationError } from 'payload'
import type { FieldHook, SingleRelationshipField } from 'payload'
import { idOf, isSameId } from '../access/membership.ts'
import { tenantOfRequest } from '../access/tenant-of-request.ts'

/**
 * What every tenant field has on top of the multi-tenant plugin's: a document gets the tenant of the request when none
 * is given, never one in which its writer may not create, and never moves to another.
 */
export const tenantFieldOverrides = (): Pick<SingleRelationshipField, 'defaultValue' | 'hooks'> => ({
  defaultValue: async ({ req }) => {
    const tenant = await tenantOfRequest(req)
    return typeof tenant === 'object' ? tenant.id : null
  },
  hooks: { beforeValidate: [settleTenant] },
})

/** Runs also where Payload skips validation: drafts, autosave, restored versions. */
const settleTenant: FieldHook = async ({ operation, value, originalDoc, collection, overrideAccess, req }) => {
  if (operation === 'update') {
    const isMoved = value !== undefined && !isSameId(idOf(value), idOf(originalDoc?.tenant))
    if (isMoved)
      throw invalid(collection?.slug, 'A document stays in its workspace. Make a new one in the other workspace.')
    return undefined
  }
  if (operation !== 'create') return undefined
  const tenant = value ?? (await defaultTenant(req))
  if (idOf(tenant) === undefined) throw invalid(collection?.slug, 'Say which workspace it belongs to.')
  // Asked again: the access control of a duplicate saw what the client sent, not what was copied.
  const isAllowed = overrideAccess || (await collection?.access.create({ req, data: { tenant } }))
  if (!isAllowed) throw new Forbidden(req.t)
  return tenant
}

const defaultTenant = async (req: Parameters<FieldHook>[0]['req']) => {
  const tenant = await tenantOfRequest(req)
  return typeof tenant === 'object' ? tenant.id : undefined
}

const invalid = (collection: string | undefined, message: string): ValidationError =>
  new ValidationError({ collection, errors: [{ message, path: 'tenant' }] })
