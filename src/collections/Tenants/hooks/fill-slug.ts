import type { CollectionBeforeValidateHook } from 'payload'
import { findFreeSlug } from '../find-free-slug.ts'

/** A new tenant without a slug gets one from its name. */
export const fillSlug: CollectionBeforeValidateHook = async ({ data, operation, req }) => {
  if (operation !== 'create' || data?.slug || typeof data?.name !== 'string' || data.name === '') return data
  return { ...data, slug: await findFreeSlug({ payload: req.payload, name: data.name }) }
}
