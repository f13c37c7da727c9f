import type { CollectionConfig, Field } from 'payload'
import { nobody } from '../access/index.ts'

type HiddenOptions = { slug: string; fields: Field[]; indexes?: CollectionConfig['indexes'] }

/** A collection that the server keeps for itself: no REST, no GraphQL, no admin panel, no copies of its rows anywhere. */
export const hiddenCollection = ({ slug, fields, indexes = [] }: HiddenOptions): CollectionConfig => ({
  slug,
  access: {
    admin: () => false,
    create: nobody,
    read: nobody,
    readVersions: nobody,
    update: nobody,
    delete: nobody,
    unlock: nobody,
  },
  admin: { hidden: true },
  endpoints: false,
  graphQL: false,
  versions: false,
  trash: false,
  lockDocuments: false,
  disableDuplicate: true,
  disableBulkEdit: true,
  fields,
  indexes,
})
