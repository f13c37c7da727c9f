import type { CollectionConfig } from 'payload'
import { copyPlain } from './copy-plain.ts'
import { Tenants } from './Tenants/index.ts'
import { createUsers } from './Users/index.ts'

type CreateCollectionsOptions = {
  /** Whether browsers may send the session cookie over https alone. */
  hasSecureCookies: boolean
}

/**
 * Every collection, in the order of the admin panel's navigation. A fresh copy each time.
 * None locks documents while they are edited: the list of locks that Payload keeps knows no tenants.
 */
export const createCollections = ({ hasSecureCookies }: CreateCollectionsOptions): CollectionConfig[] =>
  copyPlain([
    createUsers({ hasSecureCookies }),
    Tenants,
  ]).map((collection) => ({ ...collection, lockDocuments: false }))
